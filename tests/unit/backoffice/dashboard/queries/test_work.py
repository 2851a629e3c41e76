"""The work that waits for a person, read with a fixed number of statements."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from kashcraft.backoffice.dashboard.queries.work import list_open_work
from kashcraft.backoffice.dashboard.rules import WorkKind
from kashcraft.backoffice.rules import Permission
from kashcraft.core import clock, jobs
from kashcraft.core.backlog import Backlog
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import ReturnId
from kashcraft.orders import services
from kashcraft.orders.models import OrderLine
from kashcraft.orders.rules import ReturnReason
from tests.factories.orders import paid, place, stocked
from tests.factories.rows import add_row

EVERYTHING = frozenset(Permission)


def requested_return() -> ReturnId:
    """Request the return of a delivered order."""
    order = paid((stocked(50), 1))
    with step() as session:
        for move in (services.start_processing, services.mark_shipped, services.mark_delivered):
            move(order_id=order.id)
        line_id = session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order.id)).one()
        lines = {line_id: (1, ReturnReason.DAMAGED)}
        return services.request_return(order_id=order.id, lines=lines, key="damaged").id


def test_without_work_nothing_is_listed(database: Flask) -> None:
    assert list_open_work(EVERYTHING) == {}


def test_orders_are_counted_by_their_next_step_with_the_oldest_payment(
    database: Flask, frozen: FrozenClock
) -> None:
    first, moment = paid((stocked(50), 1)), frozen.moment
    frozen.advance(hours=26)
    for _ in range(2):
        paid((stocked(50), 1))
    place((stocked(50), 1))

    assert list_open_work(EVERYTHING) == {WorkKind.TO_PACK: Backlog(3, moment)}

    with step():
        services.start_processing(order_id=first.id)
    assert list_open_work(EVERYTHING) == {
        WorkKind.TO_PACK: Backlog(2, frozen.moment),
        WorkKind.TO_SHIP: Backlog(1, moment),
    }


def test_returns_are_counted_by_their_next_step_since_they_reached_it(
    database: Flask, frozen: FrozenClock
) -> None:
    return_id, moment = requested_return(), frozen.moment
    assert list_open_work(EVERYTHING) == {WorkKind.RETURNS_TO_ANSWER: Backlog(1, moment)}

    frozen.advance(hours=5)
    with step():
        services.approve_return(return_id=return_id)
    assert list_open_work(EVERYTHING) == {WorkKind.RETURNS_TO_RECEIVE: Backlog(1, frozen.moment)}

    frozen.advance(hours=5)
    with step():
        services.receive_return(return_id=return_id)
    assert list_open_work(EVERYTHING) == {WorkKind.RETURNS_TO_REFUND: Backlog(1, frozen.moment)}


def test_refused_refunds_low_stock_messages_and_jobs_are_counted(
    database: Flask, frozen: FrozenClock
) -> None:
    order = paid((stocked(3), 1))
    with step():
        refund = services.refund(order_id=order.id, amount=100, reason="Late", key="late")
        services.mark_refund_failed(refund_id=refund.id, reason="The account is closed")
        add_row("messages", dedupe_key="lost", status="failed", created_at=frozen.moment)
        row_id = jobs.enqueue(jobs.find("jobs.purge"))
        db.session.get_one(jobs.Outbox, row_id).failed_at = clock.now()
    moment = frozen.moment
    frozen.advance(hours=3)

    assert list_open_work(
        {Permission.REFUND_ORDERS, Permission.MANAGE_STOCK, Permission.RESEND_MESSAGES}
    ) == {
        WorkKind.REFUSED_REFUNDS: Backlog(1, moment),
        WorkKind.LOW_STOCK: Backlog(1),
        WorkKind.MESSAGES_NOT_SENT: Backlog(1, moment),
        WorkKind.FAILED_JOBS: Backlog(1, moment),
    }


def test_the_number_of_statements_depends_on_permissions_only(database: Flask, count_statements: Any) -> None:
    for _ in range(3):
        paid((stocked(3), 1))

    with count_statements() as all_kinds:
        list_open_work(EVERYTHING)
    with count_statements() as parcels:
        list_open_work({Permission.SHIP_ORDERS})
    with count_statements() as nothing:
        list_open_work({Permission.VIEW_DASHBOARD})

    assert (len(all_kinds), len(parcels), len(nothing)) == (6, 1, 0)
