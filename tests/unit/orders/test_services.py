"""Placing, paying, ending and refunding orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import clean_reference, new_id
from kashcraft.core.jobs import Outbox
from kashcraft.inventory import queries as stock
from kashcraft.inventory.models import HolderKind, Inventory, InventoryLog, LogReason
from kashcraft.orders import jobs, services
from kashcraft.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    RefundLine,
    RefundState,
    RefundStatus,
)
from tests.factories.orders import draft_of, place, placed, stocked


def fresh(order_id: UUID) -> Order:
    """Return the order as it is in the database."""
    db.session.expire_all()
    return db.session.get_one(Order, order_id)


def history(order_id: UUID) -> list[tuple[int, str]]:
    rows = sa.select(OrderEvent.sequence, OrderEvent.kind).where(OrderEvent.order_id == order_id)
    return [tuple(row) for row in db.session.execute(rows.order_by(OrderEvent.sequence))]


def on_hand(product_id: UUID) -> tuple[int, int]:
    row = sa.select(Inventory.quantity, Inventory.reserved).where(Inventory.product_id == product_id)
    return tuple(db.session.execute(row).one())


def pending_jobs() -> list[str]:
    """Return the names of the pending jobs."""
    return sorted(db.session.scalars(sa.select(Outbox.name)).all())


def pay(order_id: UUID, reference: str = "p1") -> Order:
    with step():
        return services.mark_paid(order_id=order_id, payment_reference=reference, method="Visa ending 4242")


def test_placing_an_order_holds_its_stock_and_starts_its_history(
    database: Flask, frozen: FrozenClock
) -> None:
    bowl, shawl = stocked(5, price="40.00"), stocked(2, price="215.50")
    order = place((bowl, 2), (shawl, 1), tax_rate=100_000)
    order = fresh(order.id)
    assert order.status is OrderStatus.PENDING
    assert clean_reference(order.number, "KC") == order.number
    assert (order.subtotal, order.shipping_total, order.tax_total, order.total, order.amount_due) == (
        29550, 500, 3005, 33055, 33055,
    )  # fmt: skip
    assert (order.expires_at - order.placed_at).total_seconds() == 10 * 60
    lines = db.session.scalars(sa.select(OrderLine).order_by(OrderLine.position)).all()
    assert [(line.product_id, line.quantity, line.gross, line.tax) for line in lines] == [
        (bowl.id, 2, 8000, 800),
        (shawl.id, 1, 21550, 2155),
    ]
    assert stock.get_held_units(holder_kind=HolderKind.ORDER, holder_id=order.id) == {bowl.id: 2, shawl.id: 1}
    assert history(order.id) == [(1, "placed")]


def test_a_checkout_has_one_order(database: Flask, frozen: FrozenClock) -> None:
    product, checkout_id = stocked(5), new_id()
    first = place((product, 1), checkout_id=checkout_id)
    second = place((product, 3), checkout_id=checkout_id)
    assert second.id == first.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1
    assert on_hand(product.id) == (5, 1)


def test_an_order_is_not_placed_if_a_unit_is_missing(database: Flask, frozen: FrozenClock) -> None:
    plenty, few = stocked(5), stocked(1)
    with pytest.raises(DomainError, match="out_of_stock"):
        place((plenty, 1), (few, 2))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0
    assert on_hand(plenty.id) == (5, 0)


def test_placing_many_lines_takes_one_statement_more_than_one(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    seen = []
    for lines in (1, 10):
        draft = draft_of([(stocked(5), 1) for _ in range(lines)])
        with count_statements() as counted, step():
            placed(draft)
        seen.append(len(counted))

    assert seen[1] == seen[0] + 1


def test_contended_rows_are_claimed_in_the_last_statement(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    draft = draft_of([(stocked(5), 1)])
    with count_statements(), step():
        with count_statements() as first:
            written = services.write(draft=draft)
        with count_statements() as last:
            order = services.claim(written=written)
    assert (written.is_new, order.id) == (True, written.order.id)
    assert (len(first), len(last)) == {"sqlite": (5, 2), "postgresql": (6, 2)}[db.engine.dialect.name]
    assert last.texts[-1].startswith("UPDATE inventories")


def test_a_visible_shortage_refuses_the_order_before_its_lines_are_written(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    few = stocked(1)
    draft = draft_of([(stocked(5), 1), (few, 2)])
    with count_statements() as seen, pytest.raises(DomainError, match="out_of_stock") as refused, step():
        services.write(draft=draft)
    assert refused.value.details == {
        "product_id": str(few.id), "available": 1, "shortages": {str(few.id): 1},
    }  # fmt: skip
    assert [text.split()[0] for text in seen.texts[-2:]] == ["INSERT", "SELECT"]
    assert len(seen) == {"sqlite": 3, "postgresql": 4}[db.engine.dialect.name]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0


def test_the_order_of_a_checkout_is_returned_although_nothing_is_left(
    database: Flask, frozen: FrozenClock
) -> None:
    product, checkout_id = stocked(1), new_id()
    first = place((product, 1), checkout_id=checkout_id)
    assert place((product, 1), checkout_id=checkout_id).id == first.id


def test_a_unit_sold_after_the_check_refuses_the_claim(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(2)
    with pytest.raises(DomainError, match="out_of_stock") as refused, step() as session:
        written = services.write(draft=draft_of([(product, 2)]))
        session.execute(sa.update(Inventory).values(reserved=1))
        services.claim(written=written)
    assert refused.value.details["shortages"] == {str(product.id): 1}
    assert on_hand(product.id) == (2, 0)


def test_an_order_without_its_claim_cannot_be_committed(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    with pytest.raises(RuntimeError, match="the step lacks the claim of order KC"), step():
        services.write(draft=draft_of([(product, 1)]))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0
    assert on_hand(product.id) == (5, 0)


def test_an_existing_order_is_not_claimed_again(database: Flask, frozen: FrozenClock) -> None:
    product, checkout_id = stocked(5), new_id()
    first = place((product, 1), checkout_id=checkout_id)
    draft = draft_of([(product, 1)], checkout_id=checkout_id)
    with step():
        written = services.write(draft=draft)
        assert (written.order.id, written.is_new) == (first.id, False)
    with step():
        again = services.write(draft=draft)
        assert services.claim(written=again).id == first.id
    assert on_hand(product.id) == (5, 1)


def test_a_paid_order_sells_its_held_units(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    order = place((product, 2))
    frozen.advance(minutes=5)
    paid = pay(order.id)
    assert (paid.status, paid.paid_at) == (OrderStatus.PAID, frozen.moment)
    assert on_hand(product.id) == (3, 0)
    assert history(order.id) == [(1, "placed"), (2, "paid")]
    assert pending_jobs() == ["orders.send_confirmation"]


def test_a_repeated_payment_changes_nothing(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    order = place((product, 2))
    pay(order.id)
    assert pay(order.id).status is OrderStatus.PAID
    assert on_hand(product.id) == (3, 0)
    assert pending_jobs() == ["orders.send_confirmation"]


def test_a_second_payment_is_refused(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    pay(order.id, "p1")
    with pytest.raises(DomainError, match="already_paid"):
        pay(order.id, "p2")


def test_a_payment_after_expiry_claims_its_stock_again(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(1)
    order = place((product, 1))
    frozen.advance(minutes=31)
    jobs.expire_due()
    assert on_hand(product.id) == (1, 0)
    assert pay(order.id).status is OrderStatus.PAID
    assert fresh(order.id).expired_at is None
    assert on_hand(product.id) == (0, 0)
    assert history(order.id) == [(1, "placed"), (2, "expired"), (3, "paid")]


def test_a_payment_claims_again_only_expired_units(database: Flask, frozen: FrozenClock) -> None:
    held, expired = stocked(1), stocked(3)
    order = place((held, 1), (expired, 2))
    frozen.advance(minutes=31)
    place((expired, 1))
    pay(order.id)
    assert on_hand(held.id) == (0, 0)
    assert on_hand(expired.id) == (1, 1)


@pytest.mark.parametrize("swept", [False, True])
def test_an_order_whose_units_were_sold_cannot_be_paid(
    database: Flask, frozen: FrozenClock, swept: bool
) -> None:
    product, other = stocked(1), stocked(1)
    order = place((product, 1), (other, 1))
    frozen.advance(minutes=31)
    if swept:
        jobs.expire_due()
    place((product, 1))
    before = fresh(order.id).status
    with pytest.raises(DomainError, match="cannot_be_fulfilled"):
        pay(order.id)
    assert fresh(order.id).status is before
    assert on_hand(other.id) == (1, 0 if swept else 1)
    assert pending_jobs() == []


def test_a_cancelled_order_cannot_be_paid(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    with step():
        services.cancel(order_id=order.id)
    with pytest.raises(DomainError, match="cannot_be_fulfilled"):
        pay(order.id)


def test_an_unpaid_order_is_cancelled_once_and_releases_its_claims(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(5)
    order = place((product, 2))
    for _ in range(2):
        with step():
            assert services.cancel(order_id=order.id).status is OrderStatus.CANCELLED
    assert on_hand(product.id) == (5, 0)
    assert history(order.id) == [(1, "placed"), (2, "cancelled")]
    assert fresh(order.id).refund_status is RefundStatus.NONE


def test_a_cancelled_paid_order_is_refunded_in_full_and_restocked(
    database: Flask, frozen: FrozenClock
) -> None:
    bowl, shawl = stocked(5, price="40.00"), stocked(2, price="215.50")
    order = place((bowl, 2), (shawl, 1), tax_rate=100_000, gift_card=10_000)
    pay(order.id)
    for _ in range(2):
        with step():
            services.cancel(order_id=order.id, reason="Cancelled by you")
    order = fresh(order.id)
    assert (order.status, order.refund_status, order.refunded_total) == (
        OrderStatus.CANCELLED, RefundStatus.FULL, 33055,
    )  # fmt: skip
    refund = db.session.scalars(sa.select(Refund)).one()
    assert (refund.amount, refund.charged_amount, refund.gift_card_amount) == (33055, 23055, 10_000)
    assert (refund.shipping_amount, refund.tax_amount, refund.state) == (550, 3005, RefundState.PENDING)
    lines = db.session.scalars(sa.select(RefundLine).order_by(RefundLine.amount)).all()
    assert [(line.quantity, line.amount, line.tax_amount) for line in lines] == [
        (2, 8800, 800),
        (1, 23705, 2155),
    ]
    assert sum(line.amount for line in lines) + refund.shipping_amount == refund.amount
    assert on_hand(bowl.id) == (5, 0)
    assert on_hand(shawl.id) == (2, 0)
    back = sa.select(sa.func.sum(InventoryLog.quantity_change)).where(InventoryLog.reason == LogReason.RETURN)
    assert db.session.scalar(back) == 3
    assert pending_jobs() == ["orders.send_confirmation", "orders.tell_of_refund", "payments.return_refund"]


def test_an_order_in_preparation_cannot_be_cancelled(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    pay(order.id)
    with step():
        services.start_processing(order_id=order.id)
    with pytest.raises(DomainError) as refusal, step():
        services.cancel(order_id=order.id)
    assert (refusal.value.code, refusal.value.details["status"]) == ("wrong_status", "processing")
    assert fresh(order.id).status is OrderStatus.PROCESSING


def test_an_unpaid_order_expires_when_its_hold_ends(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    early, late = place((product, 1)), None
    frozen.advance(minutes=9)
    late = place((product, 2))
    jobs.expire_due()
    assert fresh(early.id).status is OrderStatus.PENDING
    frozen.advance(minutes=1)
    jobs.expire_due()
    jobs.expire_due()
    assert fresh(early.id).status is OrderStatus.EXPIRED
    assert fresh(late.id).status is OrderStatus.PENDING
    assert on_hand(product.id) == (5, 2)
    assert history(early.id) == [(1, "placed"), (2, "expired")]


def test_a_paid_order_does_not_expire(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    pay(order.id)
    frozen.advance(hours=2)
    jobs.expire_due()
    with step():
        assert services.expire(order_id=order.id) is None
    assert fresh(order.id).status is OrderStatus.PAID


def test_a_status_is_reached_once_and_never_left_backwards(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    pay(order.id)
    for verb in (
        services.start_processing, services.start_processing, services.mark_shipped,
        services.start_processing, services.mark_delivered, services.mark_shipped, services.mark_delivered,
    ):  # fmt: skip
        with step():
            verb(order_id=order.id)
    assert fresh(order.id).status is OrderStatus.DELIVERED
    assert [kind for _, kind in history(order.id)] == ["placed", "paid", "processing", "shipped", "delivered"]


def test_no_status_is_skipped(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    for verb in (services.start_processing, services.mark_shipped, services.mark_delivered):
        with pytest.raises(DomainError, match="wrong_status"), step():
            verb(order_id=order.id)
    with pytest.raises(NotFound), step():
        services.start_processing(order_id=new_id())


def test_a_payment_that_came_too_late_is_refunded_to_its_charge(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(1)
    order = place((product, 1), gift_card=1000)
    frozen.advance(minutes=31)
    jobs.expire_due()
    for _ in range(2):
        with step():
            refund = services.refund_in_full(order_id=order.id, reason="Too late")
    assert refund is not None
    assert (refund.amount, refund.charged_amount, refund.gift_card_amount) == (3500, 3500, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 1
    order = fresh(order.id)
    assert (order.status, order.refund_status, order.refunded_total) == (
        OrderStatus.EXPIRED, RefundStatus.FULL, 3500,
    )  # fmt: skip
    assert on_hand(product.id) == (1, 0)


def test_a_refund_is_settled_once(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(1), 1))
    pay(order.id)
    with step():
        refund = services.refund_in_full(order_id=order.id, reason="Broken")
    assert refund is not None
    with step():
        assert services.mark_refund_failed(refund_id=refund.id) is not None
    with step():
        assert services.mark_refund_done(refund_id=refund.id) is not None
    with step():
        assert services.mark_refund_done(refund_id=refund.id) is None
        assert services.mark_refund_failed(refund_id=refund.id) is None
    db.session.expire_all()
    assert db.session.get_one(Refund, refund.id).state is RefundState.DONE


def test_the_units_of_a_free_order_can_be_refunded(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(1, price="0.00")
    order = place((product, 1), shipping=0)
    pay(order.id)
    with step():
        services.cancel(order_id=order.id)
    order = fresh(order.id)
    assert (order.status, order.refund_status) == (OrderStatus.CANCELLED, RefundStatus.FULL)
    refund = db.session.scalars(sa.select(Refund)).one()
    assert (refund.amount, refund.state) == (0, RefundState.DONE)
    assert on_hand(product.id) == (1, 0)
