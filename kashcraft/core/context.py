"""What a request or job knows without asking the database: the settings, and the count on the cart badge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request

from kashcraft.core import clock
from kashcraft.core.formats import Formats
from kashcraft.core.notices import has_notice, with_notice

CART_COOKIE = "cart"
CART_COOKIE_AGE = 60 * 24 * 3600
PREFERENCES_COOKIE = "prefs"
MOST_COUNTED = 9999


def settings() -> Any:
    """Return the settings of the running application (``kashcraft.config.Settings``)."""
    return current_app.config["SETTINGS"]


def formats() -> Formats:
    """Return how the shop writes amounts, days, times and numbers, to be handed on to whatever shows them."""
    found: Formats = settings().formats
    return found


def shop_time() -> datetime:
    """Return the current time in the shop's own time zone, by which its days and its hour for orders go."""
    return clock.now().astimezone(settings().zone)


def cart_cookie() -> tuple[str | None, int]:
    """Return the token and the count that the cart cookie carries, (None, 0) where it is absent or broken.

    The count is for the badge only, so that no page needs a statement for it; nothing is decided by it.
    """
    token, _, count = request.cookies.get(CART_COOKIE, "").rpartition(".")
    if not token or not count.isascii() or not count.isdigit() or len(count) > 4:
        return None, 0
    return token, int(count)


def init_app(app: Flask) -> None:
    """Send the cart cookie and the notice that something below the views asked for."""

    @app.after_request
    def send_cart_cookie(response: Response) -> Response:
        return set_cart_cookie(response, *g.cart_cookie) if "cart_cookie" in g else response

    @app.after_request
    def send_notice(response: Response) -> Response:
        for header in ("Location", "HX-Redirect"):
            target = response.headers.get(header, "")
            if "notice" in g and target and not has_notice(target):
                response.headers[header] = with_notice(target, g.notice)
        return response


def remember_cart(token: str, count: int) -> None:
    """Have the answer to the current request carry this cart cookie; outside a request do nothing."""
    if has_request_context():
        g.cart_cookie = (token, count)


def remember_notice(code: str) -> None:
    """Have the page that the answer leads to show this notice; outside a request do nothing."""
    if has_request_context():
        g.notice = code


def set_cart_cookie(response: Response, token: str, count: int) -> Response:
    """Keep the cart's token and the number of its pieces in the browser; return the response."""
    response.set_cookie(
        CART_COOKIE,
        f"{token}.{min(count, MOST_COUNTED)}",
        max_age=CART_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings().https,
    )
    return response


def drop_cart_cookie(response: Response) -> Response:
    """Forget the cart in the browser; return the response."""
    response.delete_cookie(CART_COOKIE, httponly=True, samesite="Lax", secure=settings().https)
    return response


def visitor_country() -> str:
    """Return the country that this visitor last had something delivered to, else the shop's own."""
    kept_country = request.cookies.get(PREFERENCES_COOKIE, "")
    if len(kept_country) == 2 and kept_country.isascii() and kept_country.isupper():
        return kept_country
    return str(settings().shop_country)


def set_visitor_country(response: Response, country: str) -> Response:
    """Keep the country that somebody chose, for the next estimate of a delivery; return the response."""
    response.set_cookie(
        PREFERENCES_COOKIE,
        country,
        max_age=CART_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings().https,
    )
    return response


def kept(name: str) -> dict[str, Any]:
    """Return the dictionary ``name`` of this process, which lives as long as the application.

    For what is worked out from the database and can be worked out again.
    """
    found: dict[str, Any] = current_app.extensions.setdefault(name, {})
    return found


def remembered() -> dict[str, Any]:
    """Return a dictionary that lives as long as the current request; outside of requests always a new one."""
    if not has_request_context():
        return {}
    found: dict[str, Any] = g.setdefault("remembered", {})
    return found
