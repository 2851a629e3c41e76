"""Random days in the shop: buying, paying, declines, expiry, cancelling, shipping and refunds, in any order.

After every action each figure equals its ledger, and no money, unit, use or point was created from
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.books import queries as books
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.gift_cards.models import EntryKind, GiftCard, GiftCardUsage
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import Inventory, InventoryLog, InventoryReservation, ReservationStatus
from kashcraft.loyalty import queries as loyalty
from kashcraft.loyalty.models import LoyaltyAccount
from kashcraft.orders import jobs as order_jobs
from kashcraft.orders import services
from kashcraft.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    RefundLine,
    RefundStatus,
)
from kashcraft.payments import services as payments
from kashcraft.payments.gateways.cards import CARDS
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.pricing.rules import PointsTerms
from kashcraft.vouchers.models import UsageStatus, Voucher, VoucherUsage
from tests.factories.catalogue import make_product
from tests.factories.orders import card_terms, draft_of, member, placed, stocked, terms_of_card, voucher_terms

# The only errors that may occur.
REFUSALS = {
    "out_of_stock", "voucher_ended", "voucher_used_up", "voucher_used_by_customer", "gift_card_short",
    "points_short", "order_not_payable", "wrong_status", "refund_nothing", "refund_amount", "gift_card_used",
    "not_refundable", "too_many_unpaid",
}  # fmt: skip


@contextmanager
def only_expected_errors() -> Iterator[None]:
    try:
        yield
    except DomainError as refusal:
        if refusal.code not in REFUSALS:
            raise


# The statuses that sixty actions reach at least.
MOST_WAYS = {OrderStatus.PENDING, OrderStatus.PAID, OrderStatus.CANCELLED, OrderStatus.EXPIRED}


class Shop:
    """A few scarce products, and the actions of shoppers and staff."""

    def __init__(self, seed: int, clock: FrozenClock) -> None:
        self.random, self.clock = Random(seed), clock
        card = make_product("Gift card", price="25.00", stock=0, sold={"is_gift_card": True})
        self.products = [stocked(4, price="100.00"), stocked(3, price="33.33"), card]
        self.vouchers = [voucher_terms(fixed=1000, max_usages=3, per_user=1), voucher_terms(15)]
        self.cards = [card_terms(5000), card_terms(12_000)]
        self.members: list[UUID | None] = [None, member(6000), member(900)]
        self.actions: list[Callable[[], None]] = [
            self.buy, self.buy, self.buy, self.pay, self.pay, self.decline, self.expire, self.cancel,
            self.send, self.send, self.refund, self.refund, self.refund, self.restock, jobs.run_due,
        ]  # fmt: skip

    def run_action(self) -> None:
        """Run a random action."""
        with only_expected_errors():
            self.random.choice(self.actions)()

    def one_of(self, *statuses: OrderStatus) -> UUID:
        known = db.session.scalars(sa.select(Order.id).where(Order.status.in_(statuses or list(OrderStatus))))
        ids = sorted(known)
        return self.random.choice(ids) if ids else new_id()

    def buy(self) -> None:
        user_id = self.random.choice(self.members)
        benefits: dict[str, Any] = {"voucher": self.random.choice([None, *self.vouchers])}
        if user_id is not None:
            account = sa.select(LoyaltyAccount.available_points).where(LoyaltyAccount.user_id == user_id)
            had = db.session.scalars(account).one()
            benefits["points"] = PointsTerms(
                points=self.random.choice([0, 100, 500, max(had, 0)]), balance=had
            )
        cards = [db.session.get_one(GiftCard, card.reference) for card in self.cards]
        benefits["gift_cards"] = tuple(terms_of_card(card) for card in cards if self.random.random() < 0.4)
        products = self.random.sample(self.products, self.random.randint(1, 3))
        draft = draft_of(
            [(product, self.random.randint(1, 2)) for product in products],
            user_id=user_id,
            tax_rate=self.random.choice([0, 72_500, 200_000]),
            tax_inclusive=self.random.random() < 0.5,
            shipping=self.random.choice([0, 500]),
            **benefits,
        )
        with step():
            order = placed(draft)
            payment = payments.open_first_payment(order=order)
        if payment is not None:
            payments.begin(payment=payment, number=order.number)

    def pay(self, last4: str = "4242") -> None:
        """Use a card on any open payment at the processor, whatever the status of its order."""
        opened = sa.select(Payment.gateway_reference).where(
            Payment.status == PaymentStatus.CREATED, Payment.gateway_reference.is_not(None)
        )
        # References are random, so they are sorted to make a seed reproducible.
        references = db.session.scalars(opened.order_by(Payment.id)).all()
        db.session.rollback()
        if not references:
            return
        card = next(card for card in CARDS if card.last4 == last4)
        event = processor().pay(str(self.random.choice(references)), card)
        if event is not None:
            payments.receive(gateway="sandbox", body=event.body, signature=gateway().sign(event.body))

    def decline(self) -> None:
        self.pay("0002")
        order_id = self.one_of(OrderStatus.PENDING)
        number = db.session.scalar(sa.select(Order.number).where(Order.id == order_id))
        if number is None:
            return
        with step():
            payment = payments.open_payment(order_id=order_id)
        if payment is not None:
            payments.begin(payment=payment, number=number)

    def expire(self) -> None:
        self.clock.advance(minutes=41)
        order_jobs.expire_due()

    def cancel(self) -> None:
        order_id = self.one_of(OrderStatus.PENDING, OrderStatus.PAID)
        if db.session.get(Order, order_id) is not None:
            with step():
                services.cancel(order_id=order_id)

    def send(self) -> None:
        order_id = self.one_of(OrderStatus.PAID, OrderStatus.PROCESSING, OrderStatus.SHIPPED)
        order = db.session.get(Order, order_id)
        verbs = {
            OrderStatus.PAID: services.start_processing,
            OrderStatus.PROCESSING: services.mark_shipped,
            OrderStatus.SHIPPED: services.mark_delivered,
        }
        if order is not None:
            verb = verbs[order.status]
            with step():
                verb(order_id=order_id)

    def refund(self) -> None:
        order_id = self.one_of(
            OrderStatus.PAID, OrderStatus.PROCESSING, OrderStatus.SHIPPED, OrderStatus.DELIVERED
        )
        of_order = sa.select(OrderLine).where(OrderLine.order_id == order_id)
        lines = db.session.scalars(of_order.order_by(OrderLine.position)).all()
        if not lines:
            return
        units = {line.id: self.random.randint(0, line.quantity - line.refunded_quantity) for line in lines}
        requested: dict[str, Any] = {
            "lines": {line_id: count for line_id, count in units.items() if count},
            "amount": self.random.choice([0, 0, 1, 999, 2500]),
            "shipping": self.random.choice([False, True]),
            "restock": self.random.random() < 0.5,
        }
        with step():
            services.refund(order_id=order_id, key=str(new_id()), reason="Any", **requested)

    def restock(self) -> None:
        with step():
            stock.restock(product_id=self.random.choice(self.products[:2]).id, quantity=1, key=str(new_id()))


def sums(column: Any, by: Any, *conditions: Any) -> dict[Any, int]:
    rows = sa.select(by, sa.func.sum(column)).where(*conditions).group_by(by)
    return {key: int(total) for key, total in db.session.execute(rows)}


def prove_stock() -> None:
    active = InventoryReservation.status == ReservationStatus.ACTIVE
    held = sums(InventoryReservation.quantity, InventoryReservation.product_id, active)
    moved = sums(InventoryLog.quantity_change, InventoryLog.product_id)
    for row in db.session.scalars(sa.select(Inventory)):
        assert (row.quantity, row.reserved) == (moved.get(row.product_id, 0), held.get(row.product_id, 0))
        assert 0 <= row.reserved <= row.quantity


def prove_claims(orders: list[Order]) -> None:
    holding = [order for order in orders if order.paid_at or order.status is OrderStatus.PENDING]
    uses = sums(1, VoucherUsage.voucher_id, VoucherUsage.status == UsageStatus.APPLIED)
    for voucher in db.session.scalars(sa.select(Voucher)):
        assert voucher.current_usages == uses.get(voucher.id, 0)
        using = [order for order in holding if order.status is not OrderStatus.CANCELLED]
        assert uses.get(voucher.id, 0) == sum(order.voucher_code == voucher.code for order in using)
    ledger = sums(GiftCardUsage.amount, GiftCardUsage.gift_card_id)
    for card in db.session.scalars(sa.select(GiftCard)):
        assert card.current_balance == ledger[card.id] >= 0
    paying = GiftCardUsage.kind.in_([EntryKind.CHARGE, EntryKind.REFUND])
    on_cards = sums(-GiftCardUsage.amount, GiftCardUsage.order_id, paying)
    back = sums(Refund.gift_card_amount, Refund.order_id)
    for order in orders:
        remaining = order.gift_card_total - back.get(order.id, 0) if order in holding else 0
        assert on_cards.get(order.id, 0) == remaining >= 0
    assert loyalty.list_differences() == []


def prove_refunds(orders: list[Order]) -> None:
    for refund in db.session.scalars(sa.select(Refund)):
        lines = db.session.scalars(sa.select(RefundLine).where(RefundLine.refund_id == refund.id)).all()
        order = next(order for order in orders if order.id == refund.order_id)
        if order.paid_at:
            assert refund.amount == sum(line.amount for line in lines) + refund.shipping_amount
            assert refund.tax_amount <= refund.amount
    back, charged = sums(Refund.amount, Refund.order_id), sums(Refund.charged_amount, Refund.order_id)
    units = sums(RefundLine.quantity, RefundLine.order_line_id)
    lines = db.session.scalars(sa.select(OrderLine)).all()
    for order in orders:
        own = [line for line in lines if line.order_id == order.id]
        assert order.refunded_total == back.get(order.id, 0) <= order.total
        assert charged.get(order.id, 0) <= order.amount_due
        assert all(line.refunded_quantity == units.get(line.id, 0) for line in own)
        if order.status is OrderStatus.CANCELLED and order.paid_at:
            assert order.refunded_total == order.total
            assert all(line.refunded_quantity == line.quantity for line in own)
        if order.refund_status is RefundStatus.FULL and order.paid_at:
            assert order.refunded_total == order.total


def prove_history(orders: list[Order]) -> None:
    for order in orders:
        events = db.session.scalars(
            sa.select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.sequence)
        ).all()
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert [event.status for event in events if event.status][-1] is order.status


def prove_money(orders: list[Order]) -> None:
    """Check that each charge equals the remaining total of its order, once all jobs have run."""
    charged: dict[UUID, int] = {}
    for payment in db.session.scalars(sa.select(Payment).where(Payment.status == PaymentStatus.SUCCEEDED)):
        remaining = payment.amount - payment.refunded_amount
        charged[payment.order_id] = charged.get(payment.order_id, 0) + remaining
    back = sums(Refund.charged_amount, Refund.order_id)
    for order in orders:
        due = order.amount_due - back.get(order.id, 0) if order.paid_at else 0
        assert charged.get(order.id, 0) == due, order.number


def prove() -> list[Order]:
    db.session.rollback()
    orders = list(db.session.scalars(sa.select(Order).order_by(Order.id)))
    prove_stock()
    prove_claims(orders)
    prove_refunds(orders)
    prove_history(orders)
    assert books.list_differences() == []
    return orders


def live(seed: int, actions: int, clock: FrozenClock) -> set[OrderStatus]:
    """Run so many actions, check all figures after each, and return the statuses that were reached."""
    shop = Shop(seed, clock)
    for _ in range(actions):
        shop.run_action()
        prove()
    jobs.run_due()
    prove_money(prove())
    reached = set(db.session.scalars(sa.select(OrderEvent.status).where(OrderEvent.status.is_not(None))))
    db.session.rollback()
    return {status for status in reached if status is not None}


@pytest.mark.parametrize("seed", range(2))
def test_figures_agree_after_every_action(database: Flask, frozen: FrozenClock, seed: int) -> None:
    assert live(seed, 60, frozen) >= MOST_WAYS


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_figures_agree_over_many_actions(database: Flask, frozen: FrozenClock, seed: int) -> None:
    assert live(seed, 200, frozen) == set(OrderStatus)
