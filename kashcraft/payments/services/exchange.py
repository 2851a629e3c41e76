"""Calls of processors: a step that reads, the call without a transaction, a step that records."""

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
    UnreadableWebhook,
)
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.payments.rules import UNDECIDED
from kashcraft.payments.services import opening, outcomes, refunds

# A read-only server, and transactions that it has aborted: the same statement may succeed later.
TRANSIENT_SQLSTATES = {"25006", "25P02", "25P03", "25P04"}
NO_PAYMENT = _l("No payment of this order holds as much.")
SURPLUS_REFUSED = _l(
    "A second payment of this order was not needed, and the processor does not pay it back: %(reason)s"
)


def begin(*, payment: Payment, number: str, back_to: str = "checkout") -> str:
    """Register an open payment at its processor and return the URL of its payment page.

    ``payment`` comes from ``open_payment``, ``number`` is its order's. ``back_to`` ("checkout" or
    "order") is the page to return to after a failed payment. Repeated calls return the same page. One
    statement. Raises DomainError('processor_unavailable').
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
        intent: Intent = gateways.get_gateway(payment.gateway).create_intent(request)
    except (GatewayDown, NoGateway) as down:
        raise DomainError("processor_unavailable") from down
    in_step(lambda: opening.record_reference(payment_id=payment_id, reference=intent.reference))
    return intent.pay_url


def receive(*, gateway: str, body: bytes, signature: str) -> Payment | None:
    """Process a webhook; return the payment that it changed, None for a repeated or outdated webhook.

    Raises BadSignature, and LookupError for an unknown gateway.
    """
    try:
        notice = gateways.get_gateway(gateway).read_webhook(body, signature)
    except UnreadableWebhook as unreadable:
        about = {"event_id": unreadable.event_id, "reason": str(unreadable)}
        in_step(lambda: outcomes.record_unreadable(gateway=gateway, body=body, **about))
        return None
    return _record(gateway, notice.outcome, notice)


def _record(gateway: str, outcome: Outcome, notice: Notice | None = None) -> Payment | None:
    """Record an outcome, and the webhook that reported it, in one step.

    Money that the order refuses, or that cannot be recorded because the database refuses the rows, is
    refunded. Transient database errors are raised, so that the processor sends the webhook again.
    """

    def record_with(service: Callable[..., Payment | None], **how: Any) -> Payment | None:
        if notice and not outcomes.record_receipt(gateway=gateway, notice=notice):
            return None
        return service(gateway=gateway, outcome=outcome, **how)

    try:
        return in_step(lambda: record_with(outcomes.record_outcome))
    except DomainError as refusal:
        if refusal.code in outcomes.UNWANTED:
            return in_step(lambda: record_with(outcomes.record_outcome, wanted=False))
        error: Exception = refusal
    except (ArithmeticError, ValueError, IntegrityError, DataError, InternalError) as refused:
        if getattr(getattr(refused, "orig", None), "sqlstate", None) in TRANSIENT_SQLSTATES:
            raise
        error = refused
    if outcome.status is not PaymentStatus.SUCCEEDED:
        raise error
    reason = reason_of(error)
    return in_step(lambda: record_with(outcomes.record_unwritten, reason=reason))


def refresh(*, payment_id: PaymentId) -> Payment | None:
    """Ask the processor for the status of a payment and record it; return the payment if it changed.

    A payment that the processor does not know is left unchanged. Raises GatewayDown.
    """
    with read_only():
        payment = queries.get_payment(payment_id)
        name, reference = payment.gateway, payment.gateway_reference
    if reference is None:
        return None
    try:
        outcome: Outcome = gateways.get_gateway(name).fetch(reference)
    except GatewayRefused:
        return None
    return _record(name, outcome)


def end_payment(*, payment_id: PaymentId) -> Payment | None:
    """Have the processor cancel a payment of a cancelled order; return the payment if it changed.

    A payment that was made just before is refunded. A processor that does not cancel it, or that the shop
    no longer uses, is asked again after growing pauses, until the shop gives up. Raises GatewayDown.
    """
    with read_only():
        payment = queries.get_payment(payment_id)
        name, reference = payment.gateway, payment.gateway_reference
    if reference is None:
        return None
    try:
        outcome: Outcome = gateways.get_gateway(name).cancel(reference)
    except (GatewayRefused, NoGateway) as refused:
        reason = str(refused)
    else:
        if outcome.status not in UNDECIDED:
            return _record(name, outcome)
        reason = f"{outcome.reference} is {outcome.status.value}"
    in_step(lambda: outcomes.record_not_ended(payment_id=payment_id, reason=reason))
    return None


def return_refund(*, refund_id: RefundId) -> None:
    """Have the processor pay a refund to the card, once, keyed by the refund's id.

    A refund that no payment can bear, or that the processor refuses, is marked as failed for staff.
    """
    with read_only():
        due = queries.find_due_refund(refund_id)
    if due is None:
        in_step(lambda: orders.mark_refund_failed(refund_id=refund_id, reason=str(NO_PAYMENT)))
        return
    try:
        gateways.get_gateway(due.gateway).refund(
            reference=due.reference, amount=due.amount, key=str(refund_id)
        )
    except (GatewayRefused, NoGateway) as refused:
        reason = str(refused)
        in_step(lambda: orders.mark_refund_failed(refund_id=refund_id, reason=reason))
        return
    in_step(lambda: refunds.record_refund(payment_id=due.payment_id, refund_id=refund_id, amount=due.amount))


def return_surplus(*, payment_id: PaymentId) -> None:
    """Have the processor refund a payment that its order did not need, once, and notify the customer.

    If the processor refuses, a note for staff is added to the order's history.
    """
    with read_only():
        payment = queries.get_payment(payment_id)
        order_id, amount, reference = payment.order_id, payment.amount, payment.gateway_reference or ""
        name = payment.gateway
    try:
        gateways.get_gateway(name).refund(reference=reference, amount=amount, key=f"surplus:{payment_id}")
    except (GatewayRefused, NoGateway) as refused:
        note = SURPLUS_REFUSED.filled(reason=refused)
        in_step(lambda: orders.add_note(order_id=order_id, text=note[:500]))
        return
    in_step(lambda: refunds.record_surplus(payment_id=payment_id, order_id=order_id, amount=amount))
