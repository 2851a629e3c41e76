"""Adding the lines of an ended order to the cart again from the order's page."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from kashcraft.cart import queries, services
from kashcraft.cart.rules import MEMBER
from kashcraft.cart.services import ReorderResult
from kashcraft.cart.views.blueprint import bp, current_owner
from kashcraft.cart.views.cookie import set_cart_cookie
from kashcraft.cart.views.pending_order import ask_to_cancel_order, is_confirmed
from kashcraft.core import flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.settings import shop_time
from kashcraft.core.signing import sign
from kashcraft.orders.views import order_url, visible_order

flash.register(
    {
        "order_again": _l("The items of your order are in your bag again."),
        "order_again_none": _l("None of these items can be ordered any more."),
    }
)


@bp.post("/orders/<number>")
def order_again(number: str) -> Response:
    """Add the lines of an order to the cart, and list what is not available."""
    owner, order = current_owner(), visible_order(number)
    if order.is_open:
        raise NotFound("order_open")
    page, lines, today = order_url(order), list(order.lines), shop_time().date()
    sure = is_confirmed()
    try:
        result = in_step(lambda: services.reorder(owner=owner, lines=lines, today=today, ends_order=sure))
    except DomainError as error:
        if error.code == "order_waits":
            return ask_to_cancel_order(error)
        raise
    if result.unavailable and not result.added:
        return go_to(page, notice="order_again_none")
    left = _left_out(result)
    query: dict[str, Any] = {"left_out": sign("left_out", left)} if left else {"notice": "order_again"}
    answer = go_to(url_for("cart.show", **query))
    assert result.cart_id is not None
    return set_cart_cookie(answer, result.token or owner.token or MEMBER, queries.count_units(result.cart_id))


def _left_out(result: ReorderResult) -> str:
    """Return which lines of the order were not or only partly added, in words; empty where all were added."""
    fewer = [
        ngettext(
            "Only %(num)s of %(name)s is left, and it is in your bag.",
            "Only %(num)s of %(name)s are left, and they are in your bag.",
            line.quantity,
            name=line.name,
        )
        for line in result.added
        if line.capped
    ]
    unavailable = [_("%(name)s is no longer available.", name=name) for name in result.unavailable]
    return " ".join([*fewer, *unavailable])
