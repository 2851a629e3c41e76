"""Notices that a page shows after a redirect: the address carries a code, and the texts are registered here.

A text with variable values travels in the address itself, signed. No session is needed, so guests get no
cookie.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from kashcraft.core.i18n import LazyText
from kashcraft.core.signing import read_signed, sign

# Long enough for the page after the redirect and for returning to it.
SIGNED_SECONDS = 3600

_texts: dict[str, LazyText] = {}


def register(texts: Mapping[str, LazyText]) -> None:
    """Register the texts of some codes. Raises ValueError when a code has another text already."""
    for code, text in texts.items():
        if _texts.setdefault(code, text) != text:
            raise ValueError(f"two notices are called {code}")


def text_of(code: str | None) -> str | None:
    """Return the text of a code or of a signed notice; None where it is unknown or expired."""
    if not code:
        return None
    known = _texts.get(code)
    return str(known) if known else read_signed("notice", code, max_age=SIGNED_SECONDS)


def signed_notice(text: str) -> str:
    """Return a signed notice that contains its text and is valid for an hour."""
    return sign("notice", text)


def with_notice(url: str, code: str) -> str:
    """Return an address that shows the notice ``code`` instead of any other; an anchor stays at its end."""
    address, mark, anchor = url.partition("#")
    path, _, query = address.partition("?")
    others = [part for part in query.split("&") if part and not part.startswith("notice=")]
    return f"{path}?{'&'.join([*others, f'notice={code}'])}{mark}{anchor}"


def add_notice(response: Response, code: str) -> Response:
    """Show the notice ``code`` on the page of a redirect, unless it has one; return the response."""
    for header in ("Location", "HX-Redirect"):
        target = response.headers.get(header, "")
        if target and not has_notice(target):
            response.headers[header] = with_notice(target, code)
    return response


def without_notice(url: str) -> str:
    """Return an address (without anchor) that shows no notice."""
    path, _, query = url.partition("?")
    others = "&".join(part for part in query.split("&") if part and not part.startswith("notice="))
    return f"{path}?{others}" if others else path


def has_notice(url: str) -> bool:
    """Return whether an address shows a notice."""
    query = url.partition("#")[0].partition("?")[2]
    return any(part.startswith("notice=") for part in query.split("&"))
