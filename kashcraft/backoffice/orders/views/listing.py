"""The list of orders, to work from without opening one: prepared, shipped and delivered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.orders.presenters.listing import DONE, LIST, NEXT_STEPS, TAB_STATUS, order_row
from kashcraft.backoffice.presenters.tables import BulkAction, ListRequest, TableRow
from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, back_to, read_list, selected_ids
from kashcraft.backoffice.views.steps import go_with_undo, try_step
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext
from kashcraft.core.ids import OrderId, UserId
from kashcraft.core.settings import formats
from kashcraft.orders import queries, services
from kashcraft.orders.rules import OrderStatus, StaffOrder

STEPS: dict[OrderStatus, Callable[[OrderId, UserId], object]] = {
    OrderStatus.PROCESSING: lambda order, actor: services.start_processing(order_id=order, actor_id=actor),
    OrderStatus.SHIPPED: lambda order, actor: services.mark_shipped(
        order_id=order, actor_id=actor, email_after=services.UNDO_TIME
    ),
    OrderStatus.DELIVERED: lambda order, actor: services.mark_delivered(order_id=order, actor_id=actor),
}


@bp.get("/orders")
@requires(Permission.VIEW_ORDERS)
def orders() -> ResponseReturnValue:
    """List orders: those to prepare, being prepared, on their way, unpaid, or all; the oldest first."""
    asked = read_list(LIST)
    status = TAB_STATUS.get(asked.tab)
    return answer_list(
        "backoffice/orders/list.html", asked, _search(asked), rows,
        counts=_counts, bulk=_bulk(status), context=_context,
    )  # fmt: skip


@bp.post("/orders/<uuid:order_id>/<any(processing, shipped, delivered):status>")
@requires(Permission.SHIP_ORDERS)
def move_order(order_id: OrderId, status: str) -> ResponseReturnValue:
    """Move an order to its next status; the answer offers to undo it."""
    return _move([order_id], OrderStatus(status), _page_of([order_id]))


@bp.post("/orders/selected/<any(processing, shipped, delivered):status>")
@requires(Permission.SHIP_ORDERS)
def move_orders(status: str) -> ResponseReturnValue:
    """Move the selected orders to their next status; the answer offers to undo it."""
    selected = [OrderId(one) for one in selected_ids()]
    known = queries.list_numbers(set(selected))
    return _move([one for one in selected if one in known], OrderStatus(status), _back())


@bp.post("/orders/undo/<any(processing, shipped, delivered):status>")
@requires(Permission.SHIP_ORDERS)
def undo_move(status: str) -> ResponseReturnValue:
    """Move orders back that were moved a moment ago."""
    selected = [OrderId(one) for one in selected_ids()]
    undone = [one for one in selected if _undo(one, OrderStatus(status))]
    text = ngettext("%(num)s order moved back.", "%(num)s orders moved back.", len(undone))
    return go_to(_page_of(selected), said=text if undone else _("It is too late to undo this."))


def _move(order_ids: Sequence[OrderId], status: OrderStatus, page: str) -> ResponseReturnValue:
    """Move orders, each in a transaction of its own, and tell which were moved."""
    moved = [one for one in order_ids if _is_moved(one, status)]
    if not moved:
        return go_to(page, notice="order_elsewhere" if order_ids else "nothing_selected")
    text = DONE[status].filled(orders=_called(moved))
    if len(moved) < len(order_ids):
        text += " " + _("The others have another status by now.")
    fields = [("back", page), *(("ids", str(one)) for one in moved)]
    fields += [("on_page", "1")] if "on_page" in request.form else []
    return go_with_undo(page, text, url_for("backoffice.undo_move", status=status.value), fields)


def _is_moved(order_id: OrderId, status: OrderStatus) -> bool:
    """Move an order, and return whether its status allowed it."""
    actor_id = current_user.id
    return not try_step(lambda: STEPS[status](order_id, actor_id), ["wrong_status"])[1]


def _called(order_ids: Sequence[OrderId]) -> str:
    """Return the numbers of up to three orders, else how many there are."""
    if len(order_ids) > 3:
        return _("%(num)s orders", num=formats().number(len(order_ids)))
    numbers = queries.list_numbers(set(order_ids))
    return formats().several([numbers[one] for one in order_ids])


def _undo(order_id: OrderId, status: OrderStatus) -> bool:
    actor_id = current_user.id
    work = {"order_id": order_id, "status": status, "actor_id": actor_id}
    return not try_step(lambda: services.undo_fulfilment(**work), ["wrong_status"])[1]


def _page_of(order_ids: Sequence[OrderId]) -> str:
    """Return the page of the order where the form was sent from there, else the list."""
    if "on_page" in request.form and len(order_ids) == 1:
        return url_for("backoffice.order", order_id=order_ids[0])
    return _back()


def _back() -> str:
    return back_to("backoffice.orders")


def _search(asked: ListRequest) -> Callable[[int, int], tuple[Sequence[StaffOrder], int]]:
    status = TAB_STATUS.get(asked.tab)
    return lambda page, size: queries.search_orders(
        words=asked.find,
        statuses=[status] if status else [],
        sort=asked.sort_key,
        descending=asked.is_descending,
        page=page,
        size=size,
    )


def rows(found: Sequence[StaffOrder]) -> list[TableRow]:
    """Return orders as rows of their list."""
    return [
        order_row(order, formats(), url=url_for("backoffice.order", order_id=order.id)) for order in found
    ]


def _counts() -> dict[str, int]:
    counted = queries.count_by_status()
    return {tab: counted.get(status, 0) for tab, status in TAB_STATUS.items()}


def _bulk(status: OrderStatus | None) -> list[BulkAction]:
    if status is None or status not in NEXT_STEPS or not may(current_user.roles, Permission.SHIP_ORDERS):
        return []
    step, label = NEXT_STEPS[status]
    return [BulkAction(label=str(label), url=url_for("backoffice.move_orders", status=step))]


def _context() -> dict[str, object]:
    allowed = may(current_user.roles, Permission.REFUND_ORDERS)
    return {"failed": queries.list_failed_refunds() if allowed else [], "next_steps": NEXT_STEPS}
