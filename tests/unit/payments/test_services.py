"""Payments: opening, outcomes in any order, and refunds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import jobs as work
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.core.jobs import Outbox
from kashcraft.inventory.models import Inventory
from kashcraft.orders import jobs as order_jobs
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus, Refund, RefundState, RefundStatus
from kashcraft.payments import jobs, queries, services
from kashcraft.payments.gateways import BadSignature, cards
from kashcraft.payments.gateways.processor import Event
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment, PaymentEvent, PaymentStatus, WebhookReceipt
from tests.factories.orders import draft_of, open_payment, place, placed, stocked

S = PaymentStatus


def card(last4: str) -> cards.SandboxCard:
    return next(card for card in cards.CARDS if card.last4 == last4)


def fresh(payment_id: UUID) -> Payment:
    db.session.expire_all()
    return db.session.get_one(Payment, payment_id)


def status_of(order_id: UUID) -> OrderStatus:
    db.session.expire_all()
    return db.session.get_one(Order, order_id).status


def deliver(event: Event | None) -> Payment | None:
    """Send a webhook of the processor to the shop."""
    assert event is not None
    return services.receive(gateway="sandbox", body=event.body, signature=gateway().sign(event.body))


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def at_the_processor(last4: str, payment: Payment) -> Event:
    """Use a card at the processor, without a webhook to the shop."""
    event = processor().pay(fresh(payment.id).gateway_reference or "", card(last4))
    assert event is not None
    return event


def test_an_order_is_paid_by_a_webhook(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(3), 1))
    payment = open_payment(order)
    assert (payment.attempt, payment.amount, payment.currency) == (1, 4500, "USD")
    deliver(at_the_processor("4242", payment))
    payment = fresh(payment.id)
    assert (payment.status, payment.card_brand, payment.card_last4) == (S.SUCCEEDED, "Visa", "4242")
    assert payment.succeeded_at == frozen.moment
    assert status_of(order.id) is OrderStatus.PAID


def test_the_result_takes_fourteen_statements_on_postgresql(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    payment = open_payment(place(*((stocked(3), 1) for _ in range(4))))
    event = at_the_processor("4242", payment)
    with count_statements() as seen:
        deliver(event)
    assert len(seen) == {"sqlite": 15, "postgresql": 14}[db.engine.dialect.name]


def test_placing_with_its_first_payment_takes_nine_statements(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    draft = draft_of([(stocked(3), 1)])
    with count_statements() as seen:
        with step():
            order = placed(draft)
            payment = services.open_first_payment(order=order)
            assert payment is not None
        services.begin(payment=payment, number=order.number)
    assert len(seen) == {"sqlite": 9, "postgresql": 10}[db.engine.dialect.name]


def test_a_checkout_placed_twice_has_one_payment_at_a_time(database: Flask, frozen: FrozenClock) -> None:
    draft = draft_of([(stocked(3), 1)])

    def opened() -> Payment:
        with step():
            payment = services.open_first_payment(order=placed(draft))
            assert payment is not None
        services.begin(payment=payment, number="KC-1")
        return payment

    first, second = opened(), opened()
    assert first.id == second.id
    deliver(at_the_processor("0002", first))
    assert opened().attempt == 2


def test_an_open_payment_is_opened_once(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(3), 1))
    first, second = open_payment(order), open_payment(order)
    assert first.id == second.id
    pages = {services.begin(payment=first, number=number) for number in ("KC-1", "KC-2")}
    assert pages == {f"/sandbox/pay/{fresh(first.id).gateway_reference}"}
    assert count(Payment) == 1


def test_no_processor_is_called_if_nothing_is_due(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(3), 1), gift_card=4500)
    with step():
        assert services.open_payment(order_id=order.id) is None
    assert status_of(order.id) is OrderStatus.PAID
    assert count(Payment) == 0


@pytest.mark.parametrize("ending", ["paid", "cancelled", "expired"])
def test_an_order_that_is_not_pending_cannot_be_paid(
    database: Flask, frozen: FrozenClock, ending: str
) -> None:
    order = place((stocked(3), 1))
    with step():
        if ending == "paid":
            orders.mark_paid(order_id=order.id)
        if ending == "cancelled":
            orders.cancel(order_id=order.id)
    if ending == "expired":
        frozen.advance(minutes=31)
        order_jobs.expire_due()
    with pytest.raises(DomainError, match="order_not_payable"):
        open_payment(order)


def test_a_declined_payment_can_be_repeated_while_the_order_is_held(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(3)
    order = place((product, 1))
    first = open_payment(order)
    deliver(at_the_processor("9995", first))
    first = fresh(first.id)
    assert (first.status, first.decline_code, first.failed_at) == (
        S.FAILED, "insufficient_funds", frozen.moment,
    )  # fmt: skip
    assert status_of(order.id) is OrderStatus.PENDING
    reserved = sa.select(Inventory.reserved).where(Inventory.product_id == product.id)
    assert db.session.scalar(reserved) == 1

    second = open_payment(order)
    assert (second.attempt, second.id != first.id) == (2, True)
    deliver(at_the_processor("4242", second))
    assert status_of(order.id) is OrderStatus.PAID
    latest = queries.find_latest(order.id)
    assert latest is not None
    assert latest.id == second.id


def test_the_same_webhook_counts_once(database: Flask, frozen: FrozenClock) -> None:
    payment = open_payment(place((stocked(3), 1)))
    event = at_the_processor("4242", payment)
    assert deliver(event) is not None
    assert deliver(event) is None
    assert (count(WebhookReceipt), count(PaymentEvent)) == (1, 1)


@pytest.mark.parametrize("late_first", [False, True])
def test_webhooks_in_any_order_lead_to_the_same_result(
    database: Flask, frozen: FrozenClock, late_first: bool
) -> None:
    order = place((stocked(3), 1))
    payment = open_payment(order)
    started = at_the_processor("0077", payment)
    settled = processor().settle(fresh(payment.id).gateway_reference or "")
    for event in (settled, started) if late_first else (started, settled):
        deliver(event)
    assert fresh(payment.id).status is S.SUCCEEDED
    assert status_of(order.id) is OrderStatus.PAID
    assert count(WebhookReceipt) == 2


def test_a_webhook_may_arrive_before_the_reference_is_stored(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(3), 1))
    payment = open_payment(order)
    reference = fresh(payment.id).gateway_reference
    with step():
        db.session.execute(sa.update(Payment).values(gateway_reference=None))
    assert reference is not None
    deliver(processor().pay(reference, card("4242")))
    assert fresh(payment.id).gateway_reference == reference
    assert status_of(order.id) is OrderStatus.PAID


def test_a_forged_webhook_is_not_stored(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(3), 1))
    event = at_the_processor("4242", open_payment(order))
    with pytest.raises(BadSignature):
        services.receive(gateway="sandbox", body=event.body, signature="t=1,v1=x")
    assert status_of(order.id) is OrderStatus.PENDING
    assert count(WebhookReceipt) == 0


def test_a_webhook_of_an_unknown_payment_is_stored_and_changes_nothing(
    database: Flask, frozen: FrozenClock
) -> None:
    body = (
        b'{"id":"evt_x","type":"payment.succeeded","data":{"key":"%s","reference":"pi_x","status":"succeeded",'
        b'"amount":1,"currency":"USD","decline_code":null,"brand":null,"last4":null}}'
        % str(new_id()).encode()
    )
    assert deliver(Event("evt_x", body)) is None
    assert count(WebhookReceipt) == 1


def test_a_payment_of_another_amount_does_not_pay_the_order(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(3), 1))
    event = at_the_processor("4242", open_payment(order))
    cheaper = Event(event.id, event.body.replace(b'"amount":4500', b'"amount":45'))
    assert deliver(cheaper) is None
    assert status_of(order.id) is OrderStatus.PENDING


def test_a_lost_webhook_is_replaced_by_reconciliation(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(3), 1))
    payment = open_payment(order)
    at_the_processor("4242", payment)
    jobs.reconcile()
    assert fresh(payment.id).status is S.CREATED
    frozen.advance(minutes=3)
    jobs.reconcile()
    assert fresh(payment.id).status is S.SUCCEEDED
    assert status_of(order.id) is OrderStatus.PAID


def test_reconciliation_ends_after_a_day_for_unused_pages_and_a_week_for_slow_banks(
    database: Flask, frozen: FrozenClock
) -> None:
    unused, slow = open_payment(place((stocked(3), 1))), open_payment(place((stocked(3), 1)))
    deliver(at_the_processor("0077", slow))
    unused_id, slow_id = unused.id, slow.id

    def asked() -> set[UUID]:
        now = frozen.moment
        return set(
            queries.list_undecided(
                before=now - jobs.REFRESH_AFTER,
                used_after=now - jobs.REFRESH_UNUSED_FOR,
                slow_after=now - jobs.REFRESH_SLOW_FOR,
            )
        )

    assert asked() == set()
    frozen.advance(minutes=3)
    assert asked() == {unused_id, slow_id}
    frozen.advance(days=1)
    assert asked() == {slow_id}
    frozen.advance(days=6)
    assert asked() == set()


def test_a_payment_after_expiry_buys_units_that_are_still_available(
    database: Flask, frozen: FrozenClock
) -> None:
    order = place((stocked(1), 1))
    event = at_the_processor("4242", open_payment(order))
    frozen.advance(minutes=31)
    order_jobs.expire_due()
    deliver(event)
    assert status_of(order.id) is OrderStatus.PAID
    assert count(Refund) == 0


def test_a_payment_after_the_last_unit_was_sold_is_refunded_in_full(
    database: Flask, frozen: FrozenClock, sent_emails: list[Any]
) -> None:
    product = stocked(1)
    order = place((product, 1))
    payment = open_payment(order)
    event = at_the_processor("4242", payment)
    frozen.advance(minutes=31)
    order_jobs.expire_due()
    place((product, 1))
    deliver(event)
    deliver(event)
    assert (fresh(payment.id).status, status_of(order.id)) == (S.SUCCEEDED, OrderStatus.EXPIRED)
    work.run_due()
    payment = fresh(payment.id)
    assert processor().refunded(payment.gateway_reference or "") == 4500
    assert payment.refunded_amount == 4500
    refund = db.session.scalars(sa.select(Refund)).one()
    assert (refund.state, refund.charged_amount) == (RefundState.DONE, 4500)
    assert db.session.get_one(Order, order.id).refund_status is RefundStatus.FULL
    (message,) = sent_emails
    assert (
        message["Subject"] == f"Your refund of $45.00 for order {db.session.get_one(Order, order.id).number}"
    )
    assert message["To"] == "ada@shop.example"


def test_a_payment_of_a_cancelled_order_is_refunded(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    event = at_the_processor("4242", payment)
    with step():
        orders.cancel(order_id=order.id)
    deliver(event)
    work.run_due()
    assert fresh(payment.id).refunded_amount == 4500
    assert status_of(order.id) is OrderStatus.CANCELLED


def test_a_second_payment_is_refunded_and_the_order_stays_paid(
    database: Flask, frozen: FrozenClock, sent_emails: list[Any]
) -> None:
    order = place((stocked(5), 1))
    slow = open_payment(order)
    with step():
        declined = sa.update(Payment).values(status=S.FAILED)
        db.session.execute(declined)
    good = open_payment(order)
    deliver(at_the_processor("4242", good))
    deliver(at_the_processor("4444", slow))
    work.run_due()
    assert (fresh(good.id).refunded_amount, fresh(slow.id).refunded_amount) == (0, 4500)
    assert processor().refunded(fresh(slow.id).gateway_reference or "") == 4500
    assert processor().refunded(fresh(good.id).gateway_reference or "") == 0
    assert status_of(order.id) is OrderStatus.PAID
    assert count(Refund) == 0
    assert sorted(message["Subject"] for message in sent_emails if "refund" in message["Subject"]) == [
        f"Your refund of $45.00 for order {order.number}"
    ]


def test_a_refund_is_paid_once_however_often_its_job_runs(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    deliver(at_the_processor("4242", payment))
    with step():
        orders.cancel(order_id=order.id)
    refund = db.session.scalars(sa.select(Refund)).one()
    for _ in range(2):
        jobs.return_refund(order_id=str(order.id), refund_id=str(refund.id))
    payment = fresh(payment.id)
    assert processor().refunded(payment.gateway_reference or "") == 4500
    assert payment.refunded_amount == 4500
    assert db.session.get_one(Refund, refund.id).state is RefundState.DONE


def test_a_refund_that_the_processor_refuses_is_shown_as_failed(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    deliver(at_the_processor("4242", payment))
    reference = fresh(payment.id).gateway_reference or ""
    processor().refund(reference=reference, amount=4500, key="by hand at the processor")
    with step():
        orders.cancel(order_id=order.id)
    work.run_due()
    assert db.session.scalars(sa.select(Refund)).one().state is RefundState.FAILED
    assert fresh(payment.id).refunded_amount == 0


def test_a_refund_without_a_sufficient_payment_is_shown_as_failed(
    database: Flask, frozen: FrozenClock
) -> None:
    order = place((stocked(5), 1))
    with step():
        orders.mark_paid(order_id=order.id, payment_reference="by bank transfer")
        orders.cancel(order_id=order.id)
    work.run_due()
    assert db.session.scalars(sa.select(Refund)).one().state is RefundState.FAILED


def test_a_slow_card_payment_is_settled_by_a_job(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    reference = fresh(payment.id).gateway_reference or ""
    assert services.pay_in_sandbox(reference=reference, card=card("0077")) is S.PROCESSING
    work.run_due()
    assert fresh(payment.id).status is S.PROCESSING
    frozen.advance(seconds=20)
    work.run_due()
    assert status_of(order.id) is OrderStatus.PAID


def test_a_customer_who_has_left_gets_an_e_mail_about_a_decline(
    database: Flask, frozen: FrozenClock, sent_emails: list[Any]
) -> None:
    order = place((stocked(5), 1))
    reference = fresh(open_payment(order).id).gateway_reference or ""
    services.pay_in_sandbox(reference=reference, card=card("0341"))
    frozen.advance(seconds=20)
    work.run_due()
    assert status_of(order.id) is OrderStatus.PENDING
    (message,) = sent_emails
    text = message.get_body(("plain",)).get_content()
    assert "The bank did not release the payment. Please try another card." in text


def test_a_customer_who_saw_the_decline_gets_no_e_mail(
    database: Flask, frozen: FrozenClock, sent_emails: list[Any]
) -> None:
    reference = fresh(open_payment(place((stocked(5), 1))).id).gateway_reference or ""
    services.pay_in_sandbox(reference=reference, card=card("0002"))
    work.run_due()
    assert sent_emails == []
    assert db.session.scalars(sa.select(Outbox.name)).all() == ["payments.tell_of_failure"]
