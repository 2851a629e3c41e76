"""Concurrent buyers: no unit is sold twice, and none is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.ids import new_id
from kashcraft.inventory import jobs as stock_jobs
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind, Inventory, InventoryLog, InventoryReservation
from kashcraft.orders import jobs as order_jobs
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderEvent, OrderStatus, Refund
from kashcraft.orders.rules import OrderDraft
from kashcraft.payments import services as payments
from kashcraft.payments.gateways import cards
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment, PaymentStatus
from tests.factories.orders import draft_of, open_payment, place, placed, stocked
from tests.support.races import at_once, codes


def buyer(draft: OrderDraft) -> Callable[[], UUID]:
    """Return a function that places the order of a draft and returns its id."""
    return lambda: in_step(lambda: placed(draft).id)


def count(model: type[Any], *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def assert_stock_is_right() -> None:
    """Check every figure of stock against its ledger."""
    held = (
        sa.select(sa.func.coalesce(sa.func.sum(InventoryReservation.quantity), 0))
        .where(
            InventoryReservation.product_id == Inventory.product_id, InventoryReservation.status == "active"
        )
        .scalar_subquery()
    )
    logged = (
        sa.select(sa.func.coalesce(sa.func.sum(InventoryLog.quantity_change), 0))
        .where(InventoryLog.product_id == Inventory.product_id)
        .scalar_subquery()
    )
    rows = db.session.execute(sa.select(Inventory.reserved, held, Inventory.quantity, logged)).all()
    assert rows
    for reserved, holds, quantity, changes in rows:
        assert (reserved, quantity) == (holds, changes)


def test_sixty_four_buyers_of_twenty_units_make_twenty_orders(database: Flask) -> None:
    product = stocked(20)
    drafts = [draft_of([(product, 1)], email=f"buyer{number}@shop.example") for number in range(64)]
    answers = at_once(database, [buyer(draft) for draft in drafts])
    assert codes(answers) == {"ok": 20, "out_of_stock": 44}
    assert count(Order) == 20
    assert count(InventoryReservation) == 20
    left = db.session.execute(sa.select(Inventory.quantity, Inventory.reserved, Inventory.available)).one()
    assert tuple(left) == (20, 20, 0)
    assert_stock_is_right()


def test_buyers_of_two_products_in_opposite_order_do_not_deadlock(database: Flask) -> None:
    first, second = stocked(10), stocked(10)
    pairs = [[(first, 1), (second, 1)], [(second, 1), (first, 1)]]
    drafts = [draft_of(pairs[number % 2], email=f"buyer{number}@shop.example") for number in range(24)]
    answers = at_once(database, [buyer(draft) for draft in drafts])
    assert codes(answers) == {"ok": 10, "out_of_stock": 14}
    assert_stock_is_right()


def test_concurrent_requests_of_one_checkout_create_one_order(database: Flask) -> None:
    product = stocked(10)
    draft = draft_of([(product, 2)], checkout_id=new_id())
    answers = at_once(database, [buyer(draft) for _ in range(12)])
    assert len(set(answers)) == 1
    assert count(Order) == 1
    assert count(OrderEvent) == 1
    assert db.session.scalar(sa.select(Inventory.reserved)) == 2


def test_units_of_expired_holds_are_released_once(database: Flask) -> None:
    product = stocked(6)
    for _ in range(6):
        with step():
            stock.hold(
                holder_kind=HolderKind.QUICK_CHECKOUT,
                holder_id=new_id(),
                lines=[(product.id, 1)],
                expires_at=clock.now(),
            )
    sweeps = [stock_jobs.release_expired] * 4
    drafts = [draft_of([(product, 1)], email=f"buyer{number}@shop.example") for number in range(12)]
    answers = at_once(database, [*sweeps, *map(buyer, drafts)])
    assert codes(answers[4:]) == {"ok": 6, "out_of_stock": 6}
    assert db.session.scalar(sa.select(Inventory.reserved)) == 6
    assert_stock_is_right()


def test_paying_cancelling_and_expiring_concurrently_has_one_result(database: Flask) -> None:
    product = stocked(8)
    order_ids = [place((product, 1), email=f"buyer{number}@shop.example").id for number in range(8)]
    with step():
        db.session.execute(sa.update(Order).values(expires_at=clock.now()))

    def pay(order_id: UUID) -> Callable[[], Any]:
        return lambda: in_step(lambda: orders.mark_paid(order_id=order_id, payment_reference="p").status)

    def cancel(order_id: UUID) -> Callable[[], Any]:
        return lambda: in_step(lambda: orders.cancel(order_id=order_id).status)

    calls = [call for order_id in order_ids for call in (pay(order_id), cancel(order_id))]
    at_once(database, [*calls, order_jobs.expire_due])
    assert_stock_is_right()
    statuses = Counter(db.session.scalars(sa.select(Order.status)).all())
    assert set(statuses) <= {OrderStatus.PAID, OrderStatus.CANCELLED, OrderStatus.EXPIRED}
    sold = statuses[OrderStatus.PAID]
    on_hand = db.session.execute(sa.select(Inventory.quantity, Inventory.reserved)).one()
    assert tuple(on_hand) == (8 - sold, 0)
    refunded = count(Order, Order.status == OrderStatus.CANCELLED, Order.paid_at.is_not(None))
    assert count(Refund) == refunded


def test_a_webhook_delivered_concurrently_is_processed_once(database: Flask) -> None:
    order = place((stocked(3), 2))
    payment_id = open_payment(order).id
    reference = db.session.get_one(Payment, payment_id).gateway_reference or ""
    event = processor().pay(reference, cards.CARDS[0])
    assert event is not None
    signature = gateway().sign(event.body)
    answers = at_once(
        database,
        [lambda: payments.receive(gateway="sandbox", body=event.body, signature=signature)] * 8
        + [lambda: payments.refresh(payment_id=payment_id)] * 4,
    )
    assert sum(answer is not None for answer in answers) == 1
    assert db.session.get_one(Payment, payment_id).status is PaymentStatus.SUCCEEDED
    assert count(OrderEvent, OrderEvent.kind == "paid") == 1
    assert_stock_is_right()


def test_concurrent_attempts_to_pay_open_one_payment(database: Flask) -> None:
    order_id = place((stocked(3), 1)).id

    def pay() -> str:
        payment = in_step(lambda: payments.open_payment(order_id=order_id))
        assert payment is not None
        return payments.begin(payment=payment, number="KC-1")

    answers = at_once(database, [pay] * 8)
    assert len(set(answers)) == 1
    assert count(Payment) == 1


def test_a_hold_is_transferred_to_one_of_two_orders(app: Flask) -> None:
    """A one-click purchase is submitted twice, each time with an order of its own."""
    with app.app_context():
        bowl = stocked(5).id
        holder, buyers = new_id(), [new_id() for _ in range(8)]
        with step():
            stock.hold(
                holder_kind=HolderKind.QUICK_CHECKOUT, holder_id=holder, lines=[(bowl, 2)],
                expires_at=clock.now().replace(year=2100),
            )  # fmt: skip

        def takes(buyer_id: UUID) -> Callable[[], dict[UUID, int]]:
            return lambda: in_step(
                lambda: stock.transfer_holds(
                    from_kind=HolderKind.QUICK_CHECKOUT,
                    from_id=holder,
                    to_kind=HolderKind.ORDER,
                    to_id=buyer_id,
                )
            )

        answers = at_once(app, [takes(buyer_id) for buyer_id in buyers])

        assert sorted(map(len, answers)) == [0] * 7 + [1]
        assert {bowl: 2} in answers
        assert_stock_is_right()
