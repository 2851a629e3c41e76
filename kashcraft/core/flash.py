"""Short notices after a redirect: a code travels in the address, the words stay here.

Words with values of the moment travel themselves, signed. No session is needed to show one, so guests get no
cookie for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from kashcraft.core.i18n import LazyText
from kashcraft.core.signing import read_signed, sign

# Signed words are for the page that follows at once, and for going back to it.
SIGNED_SECONDS = 3600

_texts: dict[str, LazyText] = {}


def register(texts: Mapping[str, LazyText]) -> None:
    """Add the words for some codes. Raises ValueError when a code already has other words."""
    for code, text in texts.items():
        if _texts.setdefault(code, text) != text:
            raise ValueError(f"two notices are called {code}")


def text_of(code: str | None) -> str | None:
    """Return the words for a code, or those that were signed; None for what nobody registered or signed."""
    if not code:
        return None
    known = _texts.get(code)
    return str(known) if known else read_signed("notice", code, max_age=SIGNED_SECONDS)


def signed_notice(text: str) -> str:
    """Return a notice that carries its words, for as long as an hour."""
    return sign("notice", text)


def with_notice(url: str, code: str) -> str:
    """Return an address on which the notice ``code`` is shown, instead of any other, before its anchor."""
    address, mark, anchor = url.partition("#")
    path, _, query = address.partition("?")
    others = [part for part in query.split("&") if part and not part.startswith("notice=")]
    return f"{path}?{'&'.join([*others, f'notice={code}'])}{mark}{anchor}"


def add_notice(response: Response, code: str) -> Response:
    """Have the page that an answer leads to show the notice ``code`` unless it shows one; return it."""
    for header in ("Location", "HX-Redirect"):
        target = response.headers.get(header, "")
        if target and not has_notice(target):
            response.headers[header] = with_notice(target, code)
    return response


def without_notice(url: str) -> str:
    """Return an address (without an anchor) on which no notice is shown."""
    path, _, query = url.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("notice="))
    return f"{path}?{kept}" if kept else path


def has_notice(url: str) -> bool:
    """Return whether an address asks for a notice."""
    query = url.partition("#")[0].partition("?")[2]
    return any(part.startswith("notice=") for part in query.split("&"))
