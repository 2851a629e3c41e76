"""The cookies of the shop, each declared once and written with the same attributes.

A guest's cookie identifies something collected without an account, such as a cart. When the guest signs in,
its token is passed on so that the content can move to the account; when a user signs out, it is deleted.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from kashcraft.core.settings import installation

DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that neither other sites nor scripts can read."""

    name: str
    days: int

    def read(self) -> str:
        """Return the value that the browser sent, or an empty text."""
        return request.cookies.get(self.name, "")

    def write(self, response: Response, text: str) -> Response:
        """Set the cookie to ``text``; return the response."""
        response.set_cookie(
            self.name,
            text,
            max_age=self.days * DAY,
            httponly=True,
            samesite="Lax",
            secure=installation().https,
        )
        return response

    def drop(self, response: Response) -> Response:
        """Delete the cookie in the browser; return the response."""
        response.delete_cookie(self.name, httponly=True, samesite="Lax", secure=installation().https)
        return response


_guests: dict[str, Cookie] = {}


def guest_cookie(name: str, days: int) -> Cookie:
    """Return the cookie ``name`` with ``token`` or ``token.more``, handled by sign-in and sign-out."""
    return _guests.setdefault(name, Cookie(name, days))


def guest_tokens() -> dict[str, str]:
    """Return the tokens of the guest cookies that the browser sent, by name of the cookie."""
    found = {name: cookie.read().partition(".")[0] for name, cookie in _guests.items()}
    return {name: token for name, token in found.items() if token}


def drop_guest_cookies(response: Response) -> Response:
    """Delete all guest cookies, as after signing out; return the response."""
    for cookie in _guests.values():
        cookie.drop(response)
    return response
