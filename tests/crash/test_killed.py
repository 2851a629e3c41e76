"""A process that is killed between the order button and the paid order leaves no partial changes.

Each purchase runs in a process of its own that ends by SIGKILL. The shop of the test then continues with
the same database and folder, like a restarted shop: the scheduled jobs run, and the buyer returns or does
not. A walnut bowl for 43.00, less 10 % and 2.00 in points, with 12.00 of delivery and 3.53 of tax; 10.00
are paid by gift card, 42.23 are charged.
"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.rules import Address
from kashcraft.books import queries as books
from kashcraft.cart import services as carts
from kashcraft.cart.rules import Owner
from kashcraft.catalogue.models import Product
from kashcraft.checkout import queries as checkouts
from kashcraft.checkout import services as checkout
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.core.jobs.relay import enqueue_scheduled
from kashcraft.gift_cards import services as gift_cards
from kashcraft.gift_cards.models import GiftCard
from kashcraft.inventory.models import Inventory, InventoryReservation, ReservationStatus
from kashcraft.loyalty.models import LoyaltyAccount
from kashcraft.orders.models import Order, OrderEvent, OrderStatus, Refund, RefundState
from kashcraft.payments import services as payments
from kashcraft.payments.gateways import cards
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.vouchers.models import Voucher
from kashcraft.wiring import SCHEDULES
from tests.factories import shopping
from tests.factories.orders import member, place, voucher_terms
from tests.support.server import ROOT, environment

CHARGED = 4223
CONFIRMED = "Your order {number} is confirmed"
REFUNDED = "Your refund of $42.23 for order {number}"
# Status of order and payment, whether the processor's reference is stored, and the processor's intents.
AFTER_THE_KILL: dict[str, tuple[Any, ...]] = {
    "unplaced": (None, None, False, []),
    "placed": ("pending", "created", False, []),
    "announced": ("pending", "created", False, [("created", CHARGED, 0)]),
    "charged": ("pending", "created", True, [("succeeded", CHARGED, 0)]),
    "selling": ("pending", "created", True, [("succeeded", CHARGED, 0)]),
    "uncommitted": ("pending", "created", True, [("succeeded", CHARGED, 0)]),
    "recorded": ("paid", "succeeded", True, [("succeeded", CHARGED, 0)]),
}
UNCHARGED = ("unplaced", "placed", "announced")
UNREPORTED = ("charged", "selling", "uncommitted")


@dataclass
class Buyers:
    """The program that starts buyers."""

    program: subprocess.Popen[str]

    def killed(self, point: str, owner: Owner, clock: FrozenClock, card: str = "4242") -> None:
        """Let a buyer order their cart and be killed at ``point``."""
        assert self.program.stdin
        assert self.program.stdout
        self.program.stdin.write(f"{point} {owner.user_id} {clock.moment.isoformat()} {card}\n")
        self.program.stdin.flush()
        assert int(self.program.stdout.readline()) == -signal.SIGKILL


@pytest.fixture(scope="module")
def buyers(shop: Flask) -> Iterator[Buyers]:
    """Yield the program that runs buyers of the same shop in other processes."""
    variables = environment(
        Path(shop.instance_path), shop.config["SQLALCHEMY_DATABASE_URI"], base_url="http://localhost"
    )
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.buyer"],
        cwd=ROOT,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        yield Buyers(program)


@dataclass
class MemberCart:
    """A member's cart that is ready to be ordered, and everything that its order claims."""

    instance: Path
    owner: Owner
    bowl: UUID
    voucher: UUID
    card: UUID

    def state(self) -> tuple[Any, ...]:
        """Return the status of order and payment, whether its reference is known, and the processor's
        intents.
        """
        db.session.rollback()
        order = db.session.scalars(sa.select(Order.status)).one_or_none()
        paid = db.session.execute(sa.select(Payment.status, Payment.gateway_reference)).one_or_none()
        return (order, paid and paid[0], bool(paid and paid[1]), self.intents())

    def intents(self) -> list[tuple[str, int, int]]:
        """Return (status, amount, refunded) of all intents of the processor."""
        with closing(sqlite3.connect(self.instance / "sandbox_processor.db")) as store:
            if not store.execute("SELECT 1 FROM sqlite_master WHERE name = 'intents'").fetchone():
                return []
            return store.execute("SELECT status, amount, refunded FROM intents ORDER BY reference").fetchall()

    def claimed(self) -> tuple[int, ...]:
        """Return bowls on hand and held, uses of the voucher, balance of the card, and points."""
        db.session.rollback()
        figures = sa.select(
            sa.select(Inventory.quantity).where(Inventory.product_id == self.bowl).scalar_subquery(),
            sa.select(Inventory.reserved).where(Inventory.product_id == self.bowl).scalar_subquery(),
            sa.select(Voucher.current_usages).where(Voucher.id == self.voucher).scalar_subquery(),
            sa.select(GiftCard.current_balance).where(GiftCard.id == self.card).scalar_subquery(),
            sa.select(LoyaltyAccount.available_points)
            .where(LoyaltyAccount.user_id == self.owner.user_id)
            .scalar_subquery(),
        )
        return tuple(db.session.execute(figures).one())


FREE = (3, 0, 0, 1000, 500)
HELD = (3, 1, 1, 0, 300)
# The goods cost 36.70 and earn 36 points in addition to the remaining ones.
SOLD = (2, 0, 1, 0, 336)


@pytest.fixture
def cart(database: Flask, frozen: FrozenClock) -> MemberCart:
    """Return a cart with a bowl, a voucher, a gift card and points; the processor has no intents yet."""
    instance = Path(database.instance_path)
    for left in instance.glob("sandbox_processor.db*"):
        left.unlink()
    shopping.add_taxes_and_delivery()
    bowl = shopping.add_product("Walnut bowl", 4300, stock=3)
    voucher = voucher_terms(10, max_usages=1)
    with step():
        card, code = gift_cards.issue(card=gift_cards.NewCard(value=1000, currency="USD"))
        card_id = card.id
        assert code
    owner = Owner(user_id=member(500, email="ada@shop.example"))
    home = Address(
        full_name="Ada King", street_address="1 Main Street", city="Berkeley", state="CA",
        postal_code="94704", country="US",
    )  # fmt: skip
    in_step(lambda: carts.add_line(owner=owner, product_id=bowl))
    in_step(lambda: carts.enter_code(owner=owner, code=voucher.code))
    in_step(lambda: carts.enter_code(owner=owner, code=code))
    in_step(lambda: carts.spend_points(owner=owner, points=200))
    in_step(lambda: checkout.save_contact(owner=owner, email="ada@shop.example", shipping=home, billing=None))
    in_step(lambda: checkout.choose_delivery(owner=owner, code="standard"))
    return MemberCart(instance, owner, bowl, UUID(str(voucher.reference)), card_id)


def work(frozen: FrozenClock, *minutes: int) -> None:
    """Advance the clock by each of ``minutes`` in turn, and run the due jobs each time."""
    # Wait until PostgreSQL has noticed the killed process and has rolled its transaction back.
    with step() as session:
        session.execute(sa.select(Order.id).with_for_update())
    for passed in minutes:
        frozen.advance(minutes=passed)
        enqueue_scheduled(SCHEDULES)
        jobs.run_due()


def assert_nothing_is_left_over(cart: MemberCart) -> None:
    """Check that the charge equals the paid order, nothing is held, no job failed, and all figures agree."""
    db.session.rollback()
    charged = sum(amount - refunded for status, amount, refunded in cart.intents() if status == "succeeded")
    mine = Order.user_id == cart.owner.user_id
    sold = sa.select(sa.func.coalesce(sa.func.sum(Order.amount_due), 0))
    assert charged == db.session.scalar(sold.where(mine, Order.status == OrderStatus.PAID))
    assert counted(Order, mine) <= 1
    assert counted(Payment, Payment.status == PaymentStatus.SUCCEEDED) <= 1
    assert counted(OrderEvent, OrderEvent.kind == "paid") <= 1
    assert counted(InventoryReservation, InventoryReservation.status == ReservationStatus.ACTIVE) == 0
    assert counted(jobs.Outbox, jobs.Outbox.failed_at.is_not(None)) == 0
    assert books.list_differences() == []
    # The killed processes sent no e-mails.
    assert not (cart.instance / "mail").exists()


def counted(model: type[Any], *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def number() -> str:
    return db.session.scalars(sa.select(Order.number)).one()


def subjects(sent_emails: list[EmailMessage]) -> list[str]:
    return [str(message["Subject"]) for message in sent_emails]


def come_back(owner: Owner) -> PaymentStatus:
    """Submit the order button once more and pay; return the status on the processor's page."""
    state = checkouts.find_checkout_state(owner)
    assert state is not None
    seen = state.snapshot
    placed = in_step(lambda: checkout.place_order(owner=owner, seen=seen))
    assert placed.payment is not None
    page = payments.begin(payment=placed.payment, number=placed.order.number)
    return payments.pay_in_sandbox(reference=page.rsplit("/", 1)[1], card=cards.CARDS[0])


@pytest.mark.parametrize("point", UNCHARGED)
def test_an_order_whose_buyer_was_killed_before_paying_releases_its_claims(
    buyers: Buyers, cart: MemberCart, frozen: FrozenClock, sent_emails: list[EmailMessage], point: str
) -> None:
    buyers.killed(point, cart.owner, frozen)
    assert cart.state() == AFTER_THE_KILL[point]
    assert cart.claimed() == (FREE if point == "unplaced" else HELD)
    work(frozen, 5)
    assert cart.claimed() == (FREE if point == "unplaced" else HELD)
    work(frozen, 26, 60, 24 * 60)
    assert cart.state()[0] == (None if point == "unplaced" else "expired")
    assert cart.claimed() == FREE
    assert sent_emails == []
    assert_nothing_is_left_over(cart)


@pytest.mark.parametrize("point", [*UNREPORTED, "recorded"])
def test_a_charge_pays_the_order_although_the_webhook_was_lost(
    buyers: Buyers, cart: MemberCart, frozen: FrozenClock, sent_emails: list[EmailMessage], point: str
) -> None:
    buyers.killed(point, cart.owner, frozen)
    assert cart.state() == AFTER_THE_KILL[point]
    assert cart.claimed() == (SOLD if point == "recorded" else HELD)
    assert sent_emails == []
    work(frozen, 5)
    assert cart.state() == AFTER_THE_KILL["recorded"]
    work(frozen, 26, 60, 24 * 60)
    assert cart.state() == AFTER_THE_KILL["recorded"]
    assert cart.claimed() == SOLD
    assert subjects(sent_emails) == [CONFIRMED.format(number=number())]
    assert_nothing_is_left_over(cart)


@pytest.mark.parametrize(
    "point",
    [
        "announced",
        "charged",
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in ("unplaced", "placed", "selling", "uncommitted")
        ),
    ],
)
def test_a_returning_buyer_is_charged_once_for_one_order(
    buyers: Buyers, cart: MemberCart, frozen: FrozenClock, sent_emails: list[EmailMessage], point: str
) -> None:
    buyers.killed(point, cart.owner, frozen)
    assert come_back(cart.owner) is PaymentStatus.SUCCEEDED
    work(frozen, 5, 26, 24 * 60)
    assert cart.state() == AFTER_THE_KILL["recorded"]
    assert cart.claimed() == SOLD
    assert subjects(sent_emails) == [CONFIRMED.format(number=number())]
    assert_nothing_is_left_over(cart)


def test_a_returning_buyer_of_a_paid_order_has_an_empty_cart(
    buyers: Buyers, cart: MemberCart, frozen: FrozenClock
) -> None:
    buyers.killed("recorded", cart.owner, frozen)
    with pytest.raises(DomainError, match="empty_cart"):
        in_step(lambda: checkout.place_order(owner=cart.owner, seen=None))
    assert cart.state() == AFTER_THE_KILL["recorded"]


def test_a_shop_that_was_down_beyond_the_hold_claims_everything_again(
    buyers: Buyers, cart: MemberCart, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    buyers.killed("charged", cart.owner, frozen)
    work(frozen, 3 * 60)
    work(frozen, 5)
    assert cart.state() == AFTER_THE_KILL["recorded"]
    assert cart.claimed() == SOLD
    assert subjects(sent_emails) == [CONFIRMED.format(number=number())]
    assert_nothing_is_left_over(cart)


@pytest.mark.parametrize("lost_again", [False, True])
def test_a_charge_is_refunded_once_if_the_bowls_were_sold_while_the_shop_was_down(
    buyers: Buyers, cart: MemberCart, frozen: FrozenClock, sent_emails: list[EmailMessage], lost_again: bool
) -> None:
    buyers.killed("charged", cart.owner, frozen)
    frozen.advance(hours=3)
    lost = number()
    place((db.session.get_one(Product, cart.bowl), 3), email="grace@shop.example")
    if lost_again:
        frozen.advance(minutes=5)
        buyers.killed("refunding", cart.owner, frozen)
        assert cart.intents() == [("succeeded", CHARGED, CHARGED)]
        assert list(db.session.scalars(sa.select(Refund.state))) == [RefundState.PENDING]
    work(frozen, 5, 5, 24 * 60)
    assert cart.intents() == [("succeeded", CHARGED, CHARGED)]
    refunds = db.session.execute(sa.select(Refund.charged_amount, Refund.state)).all()
    assert [tuple(refund) for refund in refunds] == [(CHARGED, RefundState.DONE)]
    assert cart.claimed() == FREE
    assert subjects(sent_emails) == [REFUNDED.format(number=lost)]
    assert_nothing_is_left_over(cart)


def test_a_slow_payment_is_settled_although_the_shop_was_killed_during_the_webhook(
    buyers: Buyers, cart: MemberCart, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    buyers.killed("charged", cart.owner, frozen, card="0077")
    assert cart.state() == ("pending", "created", True, [("processing", CHARGED, 0)])
    work(frozen, 5)
    assert cart.state() == AFTER_THE_KILL["recorded"]
    assert subjects(sent_emails) == [CONFIRMED.format(number=number())]
    assert_nothing_is_left_over(cart)
