"""Which country deliveries are shown for: the one that the browser keeps, else the shop's own."""

from __future__ import annotations

from flask import Response

from kashcraft.core.cookies import Cookie
from kashcraft.core.settings import settings

PREFERENCES = Cookie("prefs", days=60)


def visitor_country() -> str:
    """Return the country that this visitor last had something delivered to, else the shop's own."""
    kept = PREFERENCES.read()
    return kept if len(kept) == 2 and kept.isascii() and kept.isupper() else settings().shop_country


def set_visitor_country(response: Response, country: str) -> Response:
    """Keep the country that somebody chose, for the next estimate of a delivery; return the response."""
    return PREFERENCES.write(response, country)
