"""Concurrent refunds: never more than was paid, each once, in every tender."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.books import queries as books
from kashcraft.core.db import db, in_step, step
from kashcraft.core.ids import new_id
from kashcraft.inventory.models import Inventory
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderLine, OrderStatus, Refund, RefundStatus
from kashcraft.pricing.rules import PointsTerms
from tests.factories.orders import card_terms, member, paid_by_card, stocked, voucher_terms
from tests.support.races import at_once, codes


def refund(order_id: UUID, key: str = "", **requested: Any) -> Callable[[], UUID]:
    return lambda: in_step(
        lambda: orders.refund(order_id=order_id, key=key or str(new_id()), reason="Any", **requested).id
    )


def state_of(order_id: UUID) -> Order:
    db.session.expire_all()
    return db.session.get_one(Order, order_id)


def test_twelve_refunds_of_one_unit_return_the_three_units_of_the_order(database: Flask) -> None:
    user_id = member(900)
    product = stocked(3, price="100.00")
    order_id = paid_by_card(
        (product, 3), user_id=user_id, voucher=voucher_terms(fixed=1000), gift_cards=(card_terms(12_000),),
        points=PointsTerms(points=900, balance=900), shipping=0,
    ).id  # fmt: skip
    line = db.session.scalars(sa.select(OrderLine.id)).one()
    answers = at_once(database, [refund(order_id, lines={line: 1}, restock=True) for _ in range(12)])

    assert codes(answers) == {"ok": 3, "refund_units": 9}
    order = state_of(order_id)
    assert (order.refunded_total, order.refund_status) == (28_100, RefundStatus.FULL)
    assert db.session.scalar(sa.select(Inventory.quantity)) == 3
    assert books.list_differences() == []


def test_twelve_refunds_with_one_key_are_made_once(database: Flask) -> None:
    order_id = paid_by_card((stocked(3), 2)).id
    answers = at_once(database, [refund(order_id, key="once", amount=1000) for _ in range(12)])

    assert len(set(answers)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 1
    assert state_of(order_id).refunded_total == 1000


def test_refunds_and_cancellation_together_refund_the_exact_total(database: Flask) -> None:
    order_id = paid_by_card((stocked(3), 2)).id

    def cancel() -> UUID:
        return in_step(lambda: orders.cancel(order_id=order_id).id)

    at_once(database, [*(refund(order_id, amount=1500) for _ in range(8)), cancel, cancel])
    order = state_of(order_id)

    assert (order.status, order.refunded_total, order.refund_status) == (
        OrderStatus.CANCELLED, 8500, RefundStatus.FULL,
    )  # fmt: skip
    assert books.list_differences() == []


def test_settling_and_refunding_concurrently_write_one_history(database: Flask) -> None:
    order_id = paid_by_card((stocked(3), 3)).id
    with step():
        first = orders.refund(order_id=order_id, amount=100, key="first", reason="Any").id

    def settle() -> Any:
        return in_step(lambda: orders.mark_refund_done(refund_id=first))

    answers = at_once(database, [settle, settle, *(refund(order_id, amount=100) for _ in range(6))])

    assert sum(answer is None for answer in answers) == 1
    assert state_of(order_id).refunded_total == 700
