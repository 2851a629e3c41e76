"""Cookies of the shop: named once, written with the same care everywhere.

A guest's cookie opens what somebody has collected without an account (a cart); at a sign-in its token goes
along, so that what it opens can become the member's, and at a sign-out it goes away.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from kashcraft.core.settings import settings

DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that pages and scripts of other sites, and scripts of our own, cannot read."""

    name: str
    days: int

    def read(self) -> str:
        """Return what the browser sent, an empty text where it sent none."""
        return request.cookies.get(self.name, "")

    def write(self, response: Response, text: str) -> Response:
        """Keep ``text`` in the browser; return the response."""
        response.set_cookie(
            self.name,
            text,
            max_age=self.days * DAY,
            httponly=True,
            samesite="Lax",
            secure=settings().https,
        )
        return response

    def drop(self, response: Response) -> Response:
        """Forget it in the browser; return the response."""
        response.delete_cookie(self.name, httponly=True, samesite="Lax", secure=settings().https)
        return response


_guests: dict[str, Cookie] = {}


def guest_cookie(name: str, days: int) -> Cookie:
    """Return the cookie ``name`` with ``token`` or ``token.more`` in it, known to sign-in and sign-out."""
    return _guests.setdefault(name, Cookie(name, days))


def guest_tokens() -> dict[str, str]:
    """Return the tokens that the browser sent, by the names of their cookies."""
    found = {name: cookie.read().partition(".")[0] for name, cookie in _guests.items()}
    return {name: token for name, token in found.items() if token}


def drop_guest_cookies(response: Response) -> Response:
    """Forget everything that a guest collects, as after signing out; return the response."""
    for cookie in _guests.values():
        cookie.drop(response)
    return response
