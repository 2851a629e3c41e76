"""Orders to pack, ship and see arrive."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.orders.presenters import NEXT_STEPS
from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to
from kashcraft.core.ids import OrderId
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.orders import queries, services
from kashcraft.orders.presenters import status_text

LIST_SIZE = 30
STEPS = {
    "processing": services.start_processing,
    "shipped": services.mark_shipped,
    "delivered": services.mark_delivered,
}


@bp.get("/orders")
@requires(Permission.VIEW_ORDERS)
def orders() -> ResponseReturnValue:
    """List the orders to be fulfilled, first paid first, or the results of a search."""
    words = request.args.get("find", "").strip()
    if words:
        found = queries.search_orders(words=words)
        return render_template(
            "backoffice/orders/found.html", found=found, words=words, status_text=status_text
        )
    number = page_number(request.args.get("page"))
    listed, total = queries.list_to_fulfil(page=number, size=LIST_SIZE)
    page = ListPage(listed, number, LIST_SIZE, total, lambda other: url_for("backoffice.orders", page=other))
    refused = queries.list_failed_refunds() if may(current_user.roles, Permission.REFUND_ORDERS) else []
    shown = {"page": page, "refused": refused, "status_text": status_text, "next_steps": NEXT_STEPS}
    return render_template("backoffice/orders/list.html", **shown)


@bp.post("/orders/<uuid:order_id>/<any(processing, shipped, delivered):status>")
@requires(Permission.SHIP_ORDERS)
def move_order(order_id: OrderId, status: str) -> ResponseReturnValue:
    """Take an order one status further."""
    actor_id = current_user.id
    try:
        in_step(lambda: STEPS[status](order_id=order_id, actor_id=actor_id))
    except DomainError as refusal:
        if refusal.code != "wrong_status":
            raise
        return go_to(url_for("backoffice.orders"), notice="order_elsewhere")
    return go_to(url_for("backoffice.orders"), notice="order_moved")
