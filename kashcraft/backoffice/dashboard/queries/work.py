"""The work that waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from kashcraft.backoffice.dashboard.rules import NEEDED, WorkKind
from kashcraft.backoffice.rules import Permission
from kashcraft.core import jobs
from kashcraft.core.backlog import Backlog
from kashcraft.inventory import queries as inventory
from kashcraft.notifications import queries as notifications
from kashcraft.orders import queries as orders
from kashcraft.orders.rules import OrderStatus, ReturnState


def _orders() -> Mapping[WorkKind, Backlog]:
    found = orders.list_order_backlogs()
    return {
        WorkKind.TO_PACK: found.get(OrderStatus.PAID, Backlog()),
        WorkKind.TO_SHIP: found.get(OrderStatus.PROCESSING, Backlog()),
        WorkKind.ON_THE_WAY: found.get(OrderStatus.SHIPPED, Backlog()),
    }


def _returns() -> Mapping[WorkKind, Backlog]:
    found = orders.list_return_backlogs()
    return {
        WorkKind.RETURNS_TO_ANSWER: found.get(ReturnState.REQUESTED, Backlog()),
        WorkKind.RETURNS_TO_RECEIVE: found.get(ReturnState.APPROVED, Backlog()),
        WorkKind.RETURNS_TO_REFUND: found.get(ReturnState.RECEIVED, Backlog()),
    }


# Each reads with one statement.
_SOURCES: tuple[tuple[Collection[WorkKind], Callable[[], Mapping[WorkKind, Backlog]]], ...] = (
    ((WorkKind.TO_PACK, WorkKind.TO_SHIP, WorkKind.ON_THE_WAY), _orders),
    (
        (WorkKind.RETURNS_TO_ANSWER, WorkKind.RETURNS_TO_RECEIVE, WorkKind.RETURNS_TO_REFUND),
        _returns,
    ),
    ((WorkKind.REFUSED_REFUNDS,), lambda: {WorkKind.REFUSED_REFUNDS: orders.get_refused_refund_backlog()}),
    ((WorkKind.LOW_STOCK,), lambda: {WorkKind.LOW_STOCK: Backlog(inventory.count_low_stock())}),
    (
        (WorkKind.MESSAGES_NOT_SENT,),
        lambda: {WorkKind.MESSAGES_NOT_SENT: notifications.get_failed_message_backlog()},
    ),
    ((WorkKind.FAILED_JOBS,), lambda: {WorkKind.FAILED_JOBS: jobs.get_failed_backlog()}),
)


def list_open_work(permissions: Collection[Permission]) -> dict[WorkKind, Backlog]:
    """Return the work that waits for a person with ``permissions``, in the order of ``WorkKind``.

    Kinds without work and kinds that the person may not do are left out. At most six statements.
    """
    allowed = [kind for kind in WorkKind if NEEDED[kind] in permissions]
    found: dict[WorkKind, Backlog] = {}
    for kinds, read in _SOURCES:
        if any(kind in allowed for kind in kinds):
            found |= read()
    return {kind: found[kind] for kind in allowed if found[kind].count}
