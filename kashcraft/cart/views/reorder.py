"""An order that ended, put into the bag again from its page."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from kashcraft.cart import queries, services
from kashcraft.cart.rules import MEMBER
from kashcraft.cart.services import ReorderResult
from kashcraft.cart.views.blueprint import bp, current_owner
from kashcraft.cart.views.cookie import set_cart_cookie
from kashcraft.cart.views.pending_order import ask, is_confirmed
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
    """Put what an order was for into the bag, and say what cannot be had."""
    owner, order = current_owner(), visible_order(number)
    if order.is_open:
        raise NotFound("order_open")
    page, lines, today = order_url(order), list(order.lines), shop_time().date()
    anew = is_confirmed()
    try:
        put = in_step(lambda: services.reorder(owner=owner, lines=lines, today=today, ends_order=anew))
    except DomainError as error:
        if error.code == "order_waits":
            return ask(error)
        raise
    if put.gone and not put.kept:
        return go_to(page, notice="order_again_none")
    left = _left_out(put)
    told: dict[str, Any] = {"left_out": sign("left_out", left)} if left else {"notice": "order_again"}
    answer = go_to(url_for("cart.show", **told))
    assert put.cart_id is not None
    return set_cart_cookie(answer, put.token or owner.token or MEMBER, queries.count(put.cart_id))


def _left_out(put: ReorderResult) -> str:
    """Return what of the order did not come back, in words; empty where everything did."""
    fewer = [
        ngettext(
            "Only %(num)s of %(name)s is left, and it is in your bag.",
            "Only %(num)s of %(name)s are left, and they are in your bag.",
            line.quantity,
            name=line.name,
        )
        for line in put.kept
        if line.capped
    ]
    gone = [_("%(name)s is no longer available.", name=name) for name in put.gone]
    return " ".join([*fewer, *gone])
