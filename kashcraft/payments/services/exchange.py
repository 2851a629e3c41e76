"""Talking to a processor: a step that reads, the call with no transaction open, a step that records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError, InternalError

from kashcraft.core.autocommit import read_only
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, reason_of
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import PaymentId, RefundId
from kashcraft.core.signing import sign
from kashcraft.orders import services as orders
from kashcraft.payments import gateways, queries
from kashcraft.payments.gateways import (
    GatewayDown,
    GatewayRefused,
    Intent,
    IntentRequest,
    NoGateway,
    Notice,
    Outcome,
    Unreadable,
)
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.payments.rules import UNDECIDED
from kashcraft.payments.services import opening, outcomes, returns

# A server that only reads for the moment, and transactions that it has ended: the same may succeed later.
PASSING = {"25006", "25P02", "25P03", "25P04"}
NO_PAYMENT = _l("No payment of this order holds as much.")
SURPLUS_REFUSED = _l(
    "A second payment of this order was not needed, and the processor does not pay it back: %(reason)s"
)


def begin(*, payment: Payment, number: str, back_to: str = "checkout") -> str:
    """Announce an open payment to its processor and return the address of the page where people pay it.

    ``payment`` is what the step before has returned, ``number`` that of its order; ``back_to`` ("checkout" or
    "order") is the page for somebody whose payment did not go through. Beginning twice gives the same page.
    One statement. Raises DomainError('processor_unavailable').
    """
    payment_id = payment.id
    request = IntentRequest(
        key=str(payment_id),
        amount=payment.amount,
        currency=payment.currency,
        description=number,
        return_url=f"/payments/return/{sign('payment', [str(payment_id), back_to])}",
    )
    try:
        intent: Intent = gateways.named(payment.gateway).create_intent(request)
    except (GatewayDown, NoGateway) as down:
        raise DomainError("processor_unavailable") from down
    in_step(lambda: opening.record_reference(payment_id=payment_id, reference=intent.reference))
    return intent.pay_url


def receive(*, gateway: str, body: bytes, signature: str) -> Payment | None:
    """Take in a webhook; return the payment that it changed, or None for a repeated or outdated one.

    Raises BadSignature, and LookupError for an unknown gateway.
    """
    try:
        notice = gateways.named(gateway).read_webhook(body, signature)
    except Unreadable as odd:
        about = {"event_id": odd.event_id, "reason": str(odd)}
        in_step(lambda: outcomes.record_unreadable(gateway=gateway, body=body, **about))
        return None
    return _recorded(gateway, notice.outcome, notice)


def _recorded(gateway: str, outcome: Outcome, notice: Notice | None = None) -> Payment | None:
    """Record an outcome, and the webhook that brought it, in one step.

    Money that its order does not want, or cannot take because the database refuses what would be written,
    goes back. What may pass, a database that is busy or gone, is raised: the processor tells it again.
    """

    def record(verb: Callable[..., Payment | None], **how: Any) -> Payment | None:
        if notice and not outcomes.record_receipt(gateway=gateway, notice=notice):
            return None
        return verb(gateway=gateway, outcome=outcome, **how)

    try:
        return in_step(lambda: record(outcomes.record_outcome))
    except DomainError as refusal:
        if refusal.code in outcomes.UNWANTED:
            return in_step(lambda: record(outcomes.record_outcome, wanted=False))
        error: Exception = refusal
    except (ArithmeticError, ValueError, IntegrityError, DataError, InternalError) as refused:
        if getattr(getattr(refused, "orig", None), "sqlstate", None) in PASSING:
            raise
        error = refused
    if outcome.status is not PaymentStatus.SUCCEEDED:
        raise error
    reason = reason_of(error)
    return in_step(lambda: record(outcomes.record_unwritten, reason=reason))


def refresh(*, payment_id: PaymentId) -> Payment | None:
    """Ask the processor where a payment is and record the answer; return the payment if that was news.

    A payment that the processor has never heard of is left alone. Raises GatewayDown.
    """
    with read_only():
        payment = queries.get_payment(payment_id)
        name, reference = payment.gateway, payment.gateway_reference
    if reference is None:
        return None
    try:
        outcome: Outcome = gateways.named(name).fetch(reference)
    except GatewayRefused:
        return None
    return _recorded(name, outcome)


def end_payment(*, payment_id: PaymentId) -> Payment | None:
    """Have the processor give up a payment whose order was cancelled, so that nobody is charged for it.

    Return the payment if that was news. What was paid a moment before goes back. A processor that does not
    end it, or that the shop uses no longer, is asked again after growing pauses, and given up at last. Raises
    GatewayDown.
    """
    with read_only():
        payment = queries.get_payment(payment_id)
        name, reference = payment.gateway, payment.gateway_reference
    if reference is None:
        return None
    try:
        outcome: Outcome = gateways.named(name).cancel(reference)
    except (GatewayRefused, NoGateway) as refused:
        reason = str(refused)
    else:
        if outcome.status not in UNDECIDED:
            return _recorded(name, outcome)
        reason = f"{outcome.reference} is {outcome.status.value}"
    in_step(lambda: outcomes.record_not_ended(payment_id=payment_id, reason=reason))
    return None


def return_refund(*, refund_id: RefundId) -> None:
    """Have the processor pay out what a refund owes to the card, once, keyed by the refund's id.

    A refund that no payment can bear, or that the processor refuses, is marked as failed for staff to see.
    """
    with read_only():
        owed = queries.find_owed(refund_id)
    if owed is None:
        in_step(lambda: orders.mark_refund_failed(refund_id=refund_id, reason=str(NO_PAYMENT)))
        return
    try:
        gateways.named(owed.gateway).refund(reference=owed.reference, amount=owed.amount, key=str(refund_id))
    except (GatewayRefused, NoGateway) as refused:
        reason = str(refused)
        in_step(lambda: orders.mark_refund_failed(refund_id=refund_id, reason=reason))
        return
    in_step(
        lambda: returns.record_refund(payment_id=owed.payment_id, refund_id=refund_id, amount=owed.amount)
    )


def return_surplus(*, payment_id: PaymentId) -> None:
    """Have the processor pay back a payment that its order did not need, once, and write to its maker.

    Where the processor refuses, a note for staff stands in the order's history.
    """
    with read_only():
        payment = queries.get_payment(payment_id)
        order_id, amount, reference = payment.order_id, payment.amount, payment.gateway_reference or ""
        name = payment.gateway
    try:
        gateways.named(name).refund(reference=reference, amount=amount, key=f"surplus:{payment_id}")
    except (GatewayRefused, NoGateway) as refused:
        note = SURPLUS_REFUSED.filled(reason=refused)
        in_step(lambda: orders.add_note(order_id=order_id, text=note[:500]))
        return
    in_step(lambda: returns.record_surplus(payment_id=payment_id, order_id=order_id, amount=amount))
