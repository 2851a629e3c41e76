"""The cart cookie: the token of a guest or a marker for members, and the number of units for the badge."""

from __future__ import annotations

from flask import Response

from kashcraft.cart.rules import MEMBER, MergeReport
from kashcraft.core import response_effects
from kashcraft.core.cookies import guest_cookie
from kashcraft.core.flash import add_notice

CART = guest_cookie("cart", days=60)
MAX_COUNT = 9999


def cart_cookie() -> tuple[str | None, int]:
    """Return the token and the count in the cart cookie, (None, 0) if it is missing or invalid.

    The count is only shown in the badge, so that pages need no statement for it.
    """
    token, _, count = CART.read().rpartition(".")
    if not token or not count.isascii() or not count.isdigit() or len(count) > 4:
        return None, 0
    return token, int(count)


def set_cart_cookie(response: Response, token: str, count: int) -> Response:
    """Store the token and the number of units in the cart cookie; return the response."""
    return CART.write(response, f"{token}.{min(count, MAX_COUNT)}")


def show_merged(response: Response, report: MergeReport) -> Response:
    """Update the cart cookie after a merge, and notify the member if the cart has changed."""
    set_cart_cookie(response, MEMBER, report.count)
    return add_notice(response, "bag_merged") if report.changed else response


response_effects.register(MergeReport, show_merged)
