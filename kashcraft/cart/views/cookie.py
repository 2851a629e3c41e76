"""The cart's cookie: a guest's token, or a word for members, and how many pieces the badge shows."""

from __future__ import annotations

from flask import Response

from kashcraft.cart.rules import MEMBER, MergeReport
from kashcraft.core import response_effects
from kashcraft.core.cookies import guest_cookie
from kashcraft.core.flash import add_notice

CART = guest_cookie("cart", days=60)
MOST_COUNTED = 9999


def cart_cookie() -> tuple[str | None, int]:
    """Return the token and the count that the cart cookie carries, (None, 0) where it is absent or broken.

    The count is for the badge only, so that no page needs a statement for it; nothing is decided by it.
    """
    token, _, count = CART.read().rpartition(".")
    if not token or not count.isascii() or not count.isdigit() or len(count) > 4:
        return None, 0
    return token, int(count)


def set_cart_cookie(response: Response, token: str, count: int) -> Response:
    """Keep the cart's token and the number of its pieces in the browser; return the response."""
    return CART.write(response, f"{token}.{min(count, MOST_COUNTED)}")


def show_merged(response: Response, report: MergeReport) -> Response:
    """Tell the browser, and the page that the answer leads to, what the member's cart holds now."""
    set_cart_cookie(response, MEMBER, report.count)
    return add_notice(response, "bag_merged") if report.changed else response


response_effects.register(MergeReport, show_merged)
