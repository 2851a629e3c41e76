"""The delivery country of a visitor, stored in a cookie."""

from __future__ import annotations

from flask import Response

from kashcraft.core.cookies import Cookie
from kashcraft.core.settings import settings

PREFERENCES = Cookie("prefs", days=60)


def visitor_country() -> str:
    """Return the delivery country of this visitor, the shop's country by default."""
    country = PREFERENCES.read()
    return (
        country if len(country) == 2 and country.isascii() and country.isupper() else settings().shop_country
    )


def set_visitor_country(response: Response, country: str) -> Response:
    """Store the delivery country in the response's cookie; return the response."""
    return PREFERENCES.write(response, country)
