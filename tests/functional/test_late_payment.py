"""Payments after the order has expired: everything is claimed again, or the charge is refunded."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue.models import Product
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.signing import sign
from kashcraft.gift_cards.models import GiftCard
from kashcraft.inventory.models import Inventory
from kashcraft.orders import jobs as order_jobs
from kashcraft.orders import services
from kashcraft.orders.models import Order, OrderStatus, Refund, RefundState
from kashcraft.payments.gateways.cards import CARDS
from kashcraft.payments.gateways.processor import Event
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.payments.services import receive
from kashcraft.vouchers.models import Voucher
from tests.factories.orders import card_terms, open_payment, place, stocked, voucher_terms
from tests.support.shopper import text_of


@dataclass
class Late:
    """An order of the last unit with the last use of a voucher and a gift card, paid by a slow bank.

    Goods 40.00, voucher -4.00, delivery 5.00; 10.00 by gift card, 31.00 charged.
    """

    product: Product = field(default_factory=lambda: stocked(1))
    voucher: Any = field(default_factory=lambda: voucher_terms(max_usages=1))
    card: Any = field(default_factory=lambda: card_terms(1000))

    def __post_init__(self) -> None:
        self.order = place((self.product, 1), voucher=self.voucher, gift_cards=(self.card,))
        self.payment = open_payment(self.order)
        self.reference = db.session.get_one(
            Payment, self.payment.id, populate_existing=True
        ).gateway_reference
        self.arrive(
            processor().pay(self.reference or "", next(card for card in CARDS if card.last4 == "0077"))
        )

    def arrive(self, event: Event | None) -> None:
        """Deliver a webhook to the shop, twice."""
        assert event is not None
        for _ in range(2):
            receive(gateway="sandbox", body=event.body, signature=gateway().sign(event.body))

    def settle(self) -> None:
        self.arrive(processor().settle(self.reference or ""))
        jobs.run_due()

    def state(self) -> tuple[Any, ...]:
        """Return the order's status, its refund, the voucher's uses, the card's balance, and the stock."""
        db.session.expire_all()
        order = db.session.get_one(Order, self.order.id)
        stock = db.session.execute(
            sa.select(Inventory.quantity, Inventory.reserved).where(Inventory.product_id == self.product.id)
        ).one()
        return (
            order.status,
            order.refunded_total,
            db.session.get_one(Voucher, self.voucher.reference).current_usages,
            db.session.get_one(GiftCard, self.card.reference).current_balance,
            tuple(stock),
        )


@pytest.fixture
def late(database: Flask, frozen: FrozenClock) -> Late:
    late = Late()
    assert late.state() == (OrderStatus.PENDING, 0, 1, 0, (1, 1))
    frozen.advance(minutes=31)
    order_jobs.expire_due()
    assert late.state() == (OrderStatus.EXPIRED, 0, 0, 1000, (1, 0))
    return late


def test_a_late_payment_claims_everything_again_if_it_is_available(
    late: Late, sent_emails: list[EmailMessage]
) -> None:
    late.settle()

    assert late.state() == (OrderStatus.PAID, 0, 1, 0, (0, 0))
    assert [message["Subject"] for message in sent_emails] == [f"Your order {late.order.number} is confirmed"]


def sell_the_unit(late: Late) -> None:
    place((late.product, 1))


def use_the_voucher(late: Late) -> None:
    place((stocked(1), 1), voucher=late.voucher)


def empty_the_card(late: Late) -> None:
    place((stocked(1), 1), gift_cards=(late.card,))


@pytest.mark.parametrize("take", [sell_the_unit, use_the_voucher, empty_the_card])
def test_a_late_payment_is_refunded_in_full_if_one_claim_fails(
    late: Late, client: FlaskClient, sent_emails: list[EmailMessage], take: Any
) -> None:
    take(late)
    before = late.state()
    late.settle()

    assert late.state() == (OrderStatus.EXPIRED, 3100, *before[2:])
    refund = db.session.scalars(sa.select(Refund)).one()
    assert (refund.amount, refund.charged_amount, refund.state) == (3100, 3100, RefundState.DONE)
    payment = db.session.get_one(Payment, late.payment.id, populate_existing=True)
    assert (payment.status, payment.refunded_amount) == (PaymentStatus.SUCCEEDED, 3100)
    assert [message["Subject"] for message in sent_emails] == [
        f"Your refund of $31.00 for order {late.order.number}"
    ]
    key = sign("order", [str(late.order.id), 1])
    page = client.get(f"/orders/{late.order.number}", query_string={"key": key})
    assert "The payment came after the order had ended." in text_of(page)


def test_a_late_payment_of_a_cancelled_order_is_refunded(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    late = Late()
    with step():
        services.cancel(order_id=late.order.id)
    late.settle()

    assert late.state() == (OrderStatus.CANCELLED, 3100, 0, 1000, (1, 0))
    assert len(sent_emails) == 1


def test_claims_of_a_refused_late_order_are_available_to_the_next_order(late: Late) -> None:
    sell_the_unit(late)
    late.settle()
    order = place((stocked(1), 1), voucher=late.voucher, gift_cards=(late.card,))

    assert (order.voucher_code, order.gift_card_total) == (late.voucher.code, 1000)
