"""Late, repeated, refused and unknown payments. At the end all figures agree and nothing is held."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from structlog.testing import capture_logs

from kashcraft.books import queries as books
from kashcraft.core import clock
from kashcraft.core import jobs as work
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.core.jobs import Outbox
from kashcraft.core.settings import settings
from kashcraft.gift_cards import jobs as gift_card_jobs
from kashcraft.gift_cards import services as gift_cards
from kashcraft.gift_cards.models import GiftCard
from kashcraft.inventory.models import Inventory
from kashcraft.orders import jobs as order_jobs
from kashcraft.orders import services as orders
from kashcraft.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    RefundState,
    RefundStatus,
    ReturnReason,
    ReturnRequest,
    ReturnState,
)
from kashcraft.payments import jobs, services
from kashcraft.payments import queries as payments
from kashcraft.payments.gateways.cards import CARDS
from kashcraft.payments.gateways.processor import Event
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment, PaymentEvent, PaymentStatus
from kashcraft.pricing.rules import GiftCardTerms
from kashcraft.vouchers.models import Voucher
from tests.factories.orders import (
    open_payment,
    paid,
    paid_by_card,
    place,
    stocked,
    terms_of_card,
    voucher_terms,
)

pytestmark = pytest.mark.usefixtures("proven")


@pytest.fixture
def proven(database: Flask, frozen: FrozenClock) -> Iterator[None]:
    """Compare every figure with its ledger after each test."""
    yield
    db.session.rollback()
    assert books.list_differences() == []


def fresh(order: Order) -> Order:
    db.session.expire_all()
    return db.session.get_one(Order, order.id)


def reference_of(payment: Payment) -> str:
    db.session.expire_all()
    return db.session.get_one(Payment, payment.id).gateway_reference or ""


def use(last4: str, payment: Payment) -> Event:
    """Use a card at the processor, without a webhook to the shop."""
    event = processor().pay(reference_of(payment), next(card for card in CARDS if card.last4 == last4))
    assert event is not None
    return event


def deliver(event: Event | None) -> Payment | None:
    """Send a webhook of the processor to the shop."""
    assert event is not None
    return services.receive(gateway="sandbox", body=event.body, signature=gateway().sign(event.body))


def lines_of(order: Order) -> dict[UUID, int]:
    """Return the units of each line of the order."""
    rows = sa.select(OrderLine.id, OrderLine.quantity).where(OrderLine.order_id == order.id)
    return {row.id: row.quantity for row in db.session.execute(rows)}


def kinds(order: Order) -> list[str]:
    rows = sa.select(OrderEvent.kind).where(OrderEvent.order_id == order.id).order_by(OrderEvent.sequence)
    return list(db.session.scalars(rows))


def refunded_amounts(payment: Payment) -> tuple[int, int]:
    """Return the refunded amounts of a payment at the processor and in the shop."""
    return processor().refunded(reference_of(payment)), db.session.get_one(
        Payment, payment.id
    ).refunded_amount


def free(product_id: UUID) -> int:
    found = sa.select(Inventory.available).where(Inventory.product_id == product_id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def sent(order: Order) -> None:
    with step():
        for verb in (orders.start_processing, orders.mark_shipped, orders.mark_delivered):
            verb(order_id=order.id)


def test_a_refund_uses_the_payment_that_paid_and_not_the_surplus(frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    slow = open_payment(order)
    deliver(use("0077", slow))
    with step():
        db.session.execute(sa.update(Payment).values(status=PaymentStatus.FAILED))
    good = open_payment(order)
    deliver(use("4242", good))
    deliver(processor().settle(reference_of(slow)))
    with step():
        orders.cancel(order_id=order.id)
    # The processor was down, so the surplus is refunded after the refund.
    services.return_refund(refund_id=db.session.scalars(sa.select(Refund.id)).one())
    work.run_due()

    assert (refunded_amounts(good), refunded_amounts(slow)) == ((4500, 4500), (4500, 4500))
    assert db.session.scalars(sa.select(Refund.state)).one() is RefundState.DONE


def test_an_order_whose_payment_is_being_refunded_cannot_be_paid(frozen: FrozenClock) -> None:
    product = stocked(1)
    order = place((product, 1))
    payment = open_payment(order)
    event = use("4242", payment)
    frozen.advance(minutes=31)
    place((product, 1))
    deliver(event)
    assert (fresh(order).status, fresh(order).refund_status) == (OrderStatus.PENDING, RefundStatus.FULL)

    with pytest.raises(DomainError, match="order_not_payable"):
        open_payment(order)
    order_jobs.expire_due()
    work.run_due()
    assert (fresh(order).status, refunded_amounts(payment)) == (OrderStatus.EXPIRED, (4500, 4500))
    assert kinds(order) == ["placed", "refunded", "expired", "refund_done"]


def test_a_payment_confirmed_after_cancellation_is_refunded(frozen: FrozenClock) -> None:
    product = stocked(1)
    order = place((product, 1))
    payment = open_payment(order)
    deliver(use("3220", payment))
    with step():
        orders.cancel(order_id=order.id)
    assert free(product.id) == 1
    deliver(processor().confirm(reference_of(payment), approved=True))
    work.run_due()

    assert (fresh(order).status, refunded_amounts(payment)) == (OrderStatus.CANCELLED, (4500, 4500))
    assert free(product.id) == 1


def test_a_late_failure_does_not_change_a_paid_order(frozen: FrozenClock) -> None:
    order = place((stocked(1), 1))
    payment = open_payment(order)
    paid_news = use("4242", payment)
    deliver(paid_news)
    declined = Event("evt_late", paid_news.body.replace(b'"succeeded"', b'"failed"'))

    assert deliver(Event("evt_late", declined.body.replace(b'"id":"evt_', b'"id":"evt_late_'))) is None
    assert fresh(order).status is OrderStatus.PAID
    assert db.session.get_one(Payment, payment.id).status is PaymentStatus.SUCCEEDED


@pytest.mark.parametrize(("amount", "key"), [(b"45", None), (b"4500", new_id())])
def test_money_that_fits_no_payment_is_logged(frozen: FrozenClock, amount: bytes, key: UUID | None) -> None:
    payment = open_payment(place((stocked(1), 1)))
    body = use("4242", payment).body.replace(b'"amount":4500', b'"amount":' + amount)
    strange = Event("evt_x", body.replace(str(payment.id).encode(), str(key or payment.id).encode()))

    with capture_logs() as lines:
        assert deliver(strange) is None
    (line,) = (line for line in lines if line["log_level"] == "error")
    assert (line["event"], line["amount"]) == ("money that fits no payment", int(amount))


def test_repeated_webhooks_are_not_logged(frozen: FrozenClock) -> None:
    payment = open_payment(place((stocked(1), 1)))
    event = use("4242", payment)
    deliver(event)
    with capture_logs() as lines:
        deliver(Event("evt_2", event.body.replace(b'"id":"evt_', b'"id":"evt_again_')))
        services.refresh(payment_id=payment.id)

    assert [line for line in lines if line["log_level"] == "error"] == []


def test_a_surplus_that_the_processor_refuses_to_refund_is_reported_to_staff_once(
    frozen: FrozenClock, sent_emails: list[Any]
) -> None:
    order = place((stocked(5), 1))
    slow = open_payment(order)
    deliver(use("0077", slow))
    with step():
        db.session.execute(sa.update(Payment).values(status=PaymentStatus.FAILED))
    deliver(use("4242", open_payment(order)))
    deliver(processor().settle(reference_of(slow)))
    processor().refund(reference=reference_of(slow), amount=1, key="kept at the processor")
    for _ in range(3):
        frozen.advance(minutes=5)
        work.run_due()

    assert kinds(order) == ["placed", "paid", "note"]
    (note,) = db.session.scalars(sa.select(OrderEvent.note).where(OrderEvent.kind == "note"))
    assert note == (
        "A second payment of this order was not needed, and the processor does not pay it back:"
        f" {reference_of(slow)} does not hold 4500"
    )
    assert [message["Subject"].split(" ")[0] for message in sent_emails] == ["Your"]


def test_a_refund_whose_job_has_failed_is_retried_after_an_hour(frozen: FrozenClock) -> None:
    order = paid_by_card((stocked(5), 1))
    with step():
        orders.cancel(order_id=order.id)
        db.session.execute(sa.update(Outbox).values(failed_at=clock.now()))
    payment = db.session.scalars(sa.select(Payment)).one()
    jobs.reconcile()
    assert refunded_amounts(payment) == (0, 0)
    frozen.advance(minutes=60)
    for _ in range(2):
        jobs.reconcile()

    assert refunded_amounts(payment) == (4500, 4500)
    assert db.session.scalars(sa.select(Refund.state)).one() is RefundState.DONE
    assert kinds(order) == ["placed", "paid", "cancelled", "refunded", "refund_done"]


def test_an_error_with_one_payment_does_not_stop_the_others(frozen: FrozenClock) -> None:
    orders_made = [place((stocked(1), 1)) for _ in range(3)]
    for order in orders_made:
        use("4242", open_payment(order))
    middle = sa.update(Payment).where(Payment.order_id == orders_made[1].id)
    with step():
        db.session.execute(middle.values(gateway="gone"))
    frozen.advance(minutes=3)
    with capture_logs() as lines:
        jobs.reconcile()

    assert [fresh(order).status.value for order in orders_made] == ["paid", "pending", "paid"]
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["not reconciled"]


def test_no_undecided_payment_is_left_out_for_ever(
    frozen: FrozenClock,
) -> None:
    silent = [open_payment(place((stocked(1), 1))).id for _ in range(3)]
    frozen.advance(minutes=3)
    moment = frozen.moment
    spans = {"used_after": moment - timedelta(days=1), "slow_after": moment - timedelta(days=7)}
    asked = [payments.list_undecided(before=moment, limit=2, **spans) for _ in range(80)]

    assert {len(some) for some in asked} == {2}
    # One draw misses a payment with probability 1/3, eighty draws with 1e-38.
    assert {one for some in asked for one in some} == set(silent)


def card_until(balance: int, ends: datetime | None) -> GiftCardTerms:
    with step():
        card, _ = gift_cards.issue(card=gift_cards.NewCard(value=balance, currency="USD", expires_at=ends))
        return terms_of_card(card)


def test_gift_cards_are_refunded_although_one_has_expired(frozen: FrozenClock) -> None:
    ended, lasting = card_until(6000, clock.now() + timedelta(days=5)), card_until(2000, None)
    order = paid((stocked(5), 1), gift_cards=(lasting, ended), shipping=3500)
    with step():
        gift_cards.adjust(card_id=UUID(str(ended.reference)), change=500, key="a favour")
    frozen.advance(days=6)
    gift_card_jobs.expire_due()
    made = []
    for requested in ({"lines": lines_of(order)}, {"shipping": True}):
        with step():
            refund = orders.refund(order_id=order.id, reason="Broken", key=str(new_id()), **requested)  # type: ignore[arg-type]
            made.append((refund.amount, refund.charged_amount, refund.gift_card_amount))

    assert made == [(4000, 0, 4000), (3500, 0, 3500)]
    cards = {card.id: card for card in db.session.scalars(sa.select(GiftCard))}
    first, second = cards[UUID(str(ended.reference))], cards[UUID(str(lasting.reference))]
    assert (first.current_balance, first.expires_at) == (5500, frozen.moment + timedelta(days=30))
    assert (second.current_balance, second.expires_at) == (2000, None)


def uses(voucher: Any) -> int:
    db.session.expire_all()
    return db.session.get_one(Voucher, voucher.reference).current_usages


def test_a_cancelled_paid_order_releases_its_voucher(frozen: FrozenClock) -> None:
    voucher = voucher_terms(fixed=1000, max_usages=1)
    order = paid_by_card((stocked(5), 1), voucher=voucher)
    assert uses(voucher) == 1
    for _ in range(2):
        with step():
            orders.cancel(order_id=order.id)
        assert uses(voucher) == 0
    assert paid_by_card((stocked(5), 1), voucher=voucher).discount_total == 1000


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_refund_alone_does_not_release_the_voucher(frozen: FrozenClock, cancelled: bool) -> None:
    voucher = voucher_terms(fixed=1000, max_usages=1)
    order = paid_by_card((stocked(5), 1), voucher=voucher)
    with step():
        orders.refund(order_id=order.id, lines=lines_of(order), shipping=True, reason="Broken", key="k")
    assert uses(voucher) == 1
    if cancelled:
        with step():
            orders.cancel(order_id=order.id)
    assert uses(voucher) == (0 if cancelled else 1)


def test_a_fully_refunded_order_is_not_packed(frozen: FrozenClock) -> None:
    order, kind = paid_by_card((stocked(5), 2)), paid_by_card((stocked(5), 1))
    with step():
        orders.refund(order_id=order.id, lines=lines_of(order), restock=True, reason="Broken", key="units")
        orders.refund(order_id=kind.id, amount=4000, reason="A favour", key="money")

    with pytest.raises(DomainError, match="wrong_status"), step():
        orders.start_processing(order_id=order.id)
    assert (fresh(order).status, kinds(order)) == (OrderStatus.PAID, ["placed", "paid", "refunded"])
    with step():
        assert orders.start_processing(order_id=kind.id).status is OrderStatus.PROCESSING


@pytest.fixture
def asked() -> tuple[Order, ReturnRequest]:
    """Return a delivered order of two products, one of which is to be returned."""
    order = paid_by_card((stocked(5), 2))
    sent(order)
    (line,) = lines_of(order)
    with step():
        request = orders.request_return(
            order_id=order.id, lines={line: (1, ReturnReason.DAMAGED)}, key=str(order.id)
        )
    return order, request


def state_of(request: ReturnRequest) -> tuple[ReturnState, bool, bool]:
    db.session.expire_all()
    found = db.session.get_one(ReturnRequest, request.id)
    return found.state, found.received_at is not None, found.refund_id is not None


def test_a_return_of_units_refunded_otherwise_is_ended_without_a_refund(
    frozen: FrozenClock, asked: tuple[Order, ReturnRequest]
) -> None:
    order, request = asked
    (line,) = lines_of(order)
    with step():
        orders.refund(order_id=order.id, lines={line: 2}, reason="A favour", key="all of it")
        orders.receive_return(return_id=request.id)
    with pytest.raises(DomainError, match="refund_units"), step():
        orders.refund(order_id=order.id, lines={line: 1}, reason="Here", key="k", return_id=request.id)
    for _ in range(2):
        with step():
            orders.refuse_return(return_id=request.id, answer="It was refunded before.")

    assert state_of(request) == (ReturnState.REFUSED, False, False)
    assert fresh(order).refunded_total == 8000
    assert kinds(order)[-3:] == ["refunded", "return_received", "return_refused"]
    with pytest.raises(DomainError, match="return_units"), step():
        orders.request_return(order_id=order.id, lines={line: (1, ReturnReason.DAMAGED)}, key="again")


def test_a_return_that_never_arrives_can_be_refused_and_requested_again(
    frozen: FrozenClock, asked: tuple[Order, ReturnRequest]
) -> None:
    order, request = asked
    (line,) = lines_of(order)
    with step():
        orders.approve_return(return_id=request.id)
        orders.refuse_return(return_id=request.id, answer="Nothing has arrived.")
        again = orders.request_return(order_id=order.id, lines={line: (2, ReturnReason.DAMAGED)}, key="again")

    assert state_of(request) == (ReturnState.REFUSED, False, False)
    assert state_of(again) == (ReturnState.REQUESTED, False, False)


def test_a_refunded_return_stays_received(frozen: FrozenClock, asked: tuple[Order, ReturnRequest]) -> None:
    order, request = asked
    (line,) = lines_of(order)
    with step():
        orders.receive_return(return_id=request.id)
        orders.refund(order_id=order.id, lines={line: 1}, reason="Here", key="k", return_id=request.id)
    with pytest.raises(DomainError, match="wrong_return_state"), step():
        orders.refuse_return(return_id=request.id, answer="Too late")

    assert state_of(request) == (ReturnState.RECEIVED, True, True)


def renamed_at_the_processor(old: str, new: str) -> None:
    """Change the reference of a payment at the processor, so that it does not know the old one."""
    with sqlite3.connect(settings().instance_path / "sandbox_processor.db") as store:
        store.execute("UPDATE intents SET reference = ? WHERE reference = ?", (new, old))


def asked_to_end(payment_id: UUID) -> int:
    rows = sa.select(PaymentEvent.id).where(
        PaymentEvent.payment_id == payment_id, PaymentEvent.kind == "not_ended"
    )
    return len(db.session.scalars(rows).all())


@pytest.mark.parametrize("why", ["an unknown reference", "a processor of the past"])
def test_cancelling_a_payment_is_retried_after_growing_pauses_and_given_up(
    frozen: FrozenClock, why: str
) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    reference = reference_of(payment)
    if why == "an unknown reference":
        renamed_at_the_processor(reference, f"{reference}-elsewhere")
    else:
        with step():
            db.session.execute(sa.update(Payment).values(gateway="gone"))
    with step():
        orders.cancel(order_id=order.id)
    work.run_due()

    asked = [asked_to_end(payment.id)]
    with capture_logs() as lines:
        for pause in (9, 1, 59, 1, 359, 1):
            frozen.advance(minutes=pause)
            jobs.reconcile()
            asked.append(asked_to_end(payment.id))
        assert asked == [1, 1, 2, 2, 3, 3, 4]
        for _ in range(9 * 24):
            frozen.advance(hours=1)
            jobs.reconcile()

    assert [line["event"] for line in lines if line["log_level"] == "error"] == [
        "a payment could not be ended"
    ]
    assert asked_to_end(payment.id) == 10
    assert payments.list_open_of_cancelled() == []
    assert kinds(order) == ["placed", "cancelled", "note"]
    (note,) = db.session.scalars(sa.select(OrderEvent.note).where(OrderEvent.kind == "note"))
    assert note is not None
    assert note.startswith("The processor was asked for days to end the payment of this cancelled order")
    assert note.endswith(
        f"no intent {reference}" if why == "an unknown reference" else "no payments through gone"
    )


def test_money_for_a_payment_that_was_given_up_is_refunded(frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    reference = reference_of(payment)
    renamed_at_the_processor(reference, f"{reference}-elsewhere")
    with step():
        orders.cancel(order_id=order.id)
    for _ in range(2):
        services.end_payment(payment_id=payment.id)
        frozen.advance(days=7)
    services.end_payment(payment_id=payment.id)
    assert db.session.scalar(sa.select(Payment.status)) is PaymentStatus.CANCELLED

    renamed_at_the_processor(f"{reference}-elsewhere", reference)
    deliver(use("4242", payment))
    work.run_due()

    assert refunded_amounts(payment) == (4500, 4500)
    assert fresh(order).status is OrderStatus.CANCELLED
