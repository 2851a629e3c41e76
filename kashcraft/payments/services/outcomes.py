"""Outcomes of payments, from webhooks or from asking the processor. Each is recorded once, in any order."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import sqlalchemy as sa
import structlog

from kashcraft.core import bus, clock
from kashcraft.core.db import db, insert_into, table_of
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import PaymentId, new_id
from kashcraft.core.statements import per_dialect, run
from kashcraft.events.payments import PaymentFailed
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, RefundStatus
from kashcraft.payments import queries
from kashcraft.payments.gateways import Notice, Outcome
from kashcraft.payments.models import Payment, PaymentEvent, PaymentStatus, WebhookReceipt
from kashcraft.payments.presenters import method_name
from kashcraft.payments.rules import GIVEN_UP_AFTER, UNDECIDED, replaceable_by
from kashcraft.payments.services import pending_jobs

log = structlog.get_logger()

PAYMENTS = table_of(Payment)
EVENTS = table_of(PaymentEvent)
RECEIPTS = table_of(WebhookReceipt)
# The columns for the time of an outcome.
TIME_COLUMNS = {PaymentStatus.SUCCEEDED: "succeeded_at", PaymentStatus.FAILED: "failed_at"}

# Statuses that prove that the customer has used the payment page.
PAYMENT_PAGE_USED = {PaymentStatus.REQUIRES_ACTION, PaymentStatus.PROCESSING, PaymentStatus.FAILED}

MONEY_NOT_USED = _l(
    "The payment went through, but it could not be entered for this order and goes back to the card: "
    "%(reason)s"
)
NOT_ENDED = _l(
    "The processor was asked for days to end the payment of this cancelled order and did not. Money that "
    "comes all the same goes back by itself: %(reason)s"
)
# Errors of ``orders.mark_paid`` for money that arrived and that the order does not need.
UNWANTED = {"cannot_be_fulfilled", "already_paid"}


def record_receipt(*, gateway: str, notice: Notice) -> bool:
    """Store a webhook; return False if its event was already processed.

    A receipt that was stored as unreadable is replaced once its event can be read.
    """
    row = {
        "id": new_id(), "gateway": gateway, "event_id": notice.event_id, "kind": notice.kind,
        "data": _outcome_data(notice.outcome), "processed_at": clock.now(),
    }  # fmt: skip
    return run(_receipt(readable=True), row).one_or_none() is not None


def record_unreadable(*, gateway: str, event_id: str, reason: str, body: bytes) -> bool:
    """Store an unreadable webhook with its error, unprocessed; return whether it is new.

    At most 4,000 bytes of its body are stored.
    """
    text = body[:4000].decode("utf-8", "replace").replace("\x00", "\ufffd")
    row = {
        "id": new_id(), "gateway": gateway, "event_id": event_id, "kind": "unreadable",
        "data": {"error": reason, "body": text}, "processed_at": None,
    }  # fmt: skip
    is_new = db.session.execute(_receipt(readable=False), row).one_or_none() is not None
    if is_new:
        log.error("a webhook is not readable", gateway=gateway, event_id=event_id, reason=reason)
    return is_new


@per_dialect
def _receipt(*, readable: bool) -> sa.Executable:
    """Return the INSERT of a receipt; a ``readable`` receipt replaces an unreadable one of the same event."""
    new, event = insert_into(RECEIPTS), ["gateway", "event_id"]
    if not readable:
        return new.on_conflict_do_nothing(index_elements=event).returning(RECEIPTS.c.id)
    columns = {name: new.excluded[name] for name in ("kind", "data", "processed_at")}
    unread = RECEIPTS.c.processed_at.is_(None)
    return new.on_conflict_do_update(index_elements=event, set_=columns, where=unread).returning(
        RECEIPTS.c.id
    )


def record_outcome(*, gateway: str, outcome: Outcome, wanted: bool = True) -> Payment | None:
    """Record the outcome of a payment and apply it to the order; return the payment, None if nothing changed.

    Outcomes of a lower rank than the known one, and of another amount, change nothing. ``wanted`` False
    is for money that the order has refused: it is refunded in full. Raises what ``orders.mark_paid``
    raises.
    """
    payment = _write_status(gateway, outcome)
    if payment is None:
        _warn_of_stray_money(gateway, outcome)
        return None
    if payment.status in PAYMENT_PAGE_USED:
        orders.note_payment_use(order_id=payment.order_id)
    if payment.status is PaymentStatus.FAILED:
        bus.publish(PaymentFailed(payment.order_id, payment.id))
    elif payment.status is PaymentStatus.SUCCEEDED and wanted:
        method = method_name(payment.card_brand, payment.card_last4)
        orders.mark_paid(order_id=payment.order_id, payment_reference=str(payment.id), method=method)
    elif payment.status is PaymentStatus.SUCCEEDED:
        _refund_unwanted(payment)
    return payment


def record_unwritten(*, gateway: str, outcome: Outcome, reason: str) -> Payment | None:
    """Record money that cannot be applied to its order for a permanent ``reason``.

    It is refunded in full, and a note for staff is added to the order's history.
    """
    payment = _write_status(gateway, outcome)
    if payment is None:
        return None
    pending_jobs.return_surplus.enqueue(payment_id=payment.id)
    orders.add_note(order_id=payment.order_id, text=MONEY_NOT_USED.filled(reason=reason)[:500])
    log.error("payment goes back", payment=str(payment.id), reason=reason)
    return payment


def record_not_ended(*, payment_id: PaymentId, reason: str) -> bool:
    """Record that the processor did not cancel a payment of a cancelled order, and its ``reason``.

    After ``rules.GIVEN_UP_AFTER`` the payment counts as cancelled and staff get a note in the order's
    history; return whether that happened now. Money that arrives later is refunded.
    """
    first = queries.find_first_not_ended(payment_id)
    given_up = first is not None and clock.now() - first >= GIVEN_UP_AFTER
    if given_up:
        ended = PAYMENTS.update().where(PAYMENTS.c.id == payment_id, PAYMENTS.c.status.in_(UNDECIDED))
        over = ended.values(status=PaymentStatus.CANCELLED).returning(PAYMENTS.c.order_id)
        order_id = db.session.scalar(over)
        if order_id is None:
            return False
        orders.add_note(order_id=order_id, text=NOT_ENDED.filled(reason=reason)[:500])
        log.error("a payment could not be ended", payment=str(payment_id), reason=reason)
    kind = PaymentStatus.CANCELLED.value if given_up else queries.NOT_ENDED
    db.session.execute(
        sa.insert(EVENTS), {"payment_id": payment_id, "kind": kind, "data": {"reason": reason}}
    )
    return given_up


_NEW_EVENT = {
    "id": sa.bindparam("event", type_=EVENTS.c.id.type),
    "kind": sa.bindparam("kind", type_=EVENTS.c.kind.type),
    "data": sa.bindparam("data", type_=EVENTS.c.data.type),
    "created_at": sa.bindparam("moment", type_=EVENTS.c.created_at.type),
}
_EVENT = EVENTS.insert().values(
    payment_id=sa.bindparam("of_payment", type_=EVENTS.c.payment_id.type), **_NEW_EVENT
)


def _write_status(gateway: str, outcome: Outcome) -> Payment | None:
    """Change the status of a payment and write its event; return it, or None where nothing changed.

    Two statements. One for both would need an ORM alias of a common table expression; threads that compile
    such a statement for the first time at the same moment may get one that reads all payments.
    """
    now = clock.now()
    values = {
        "payment": outcome.payment_id, "of_gateway": gateway, "of_amount": outcome.amount,
        "of_currency": outcome.currency, "replaceable": list(replaceable_by(outcome.status)),
        "status": outcome.status, "decline_code": outcome.decline_code, "brand": outcome.brand,
        "last4": outcome.last4, "reference": outcome.reference,
    }  # fmt: skip
    event = {"event": new_id(), "kind": outcome.status.value, "data": _outcome_data(outcome), "moment": now}
    time = TIME_COLUMNS.get(outcome.status)
    if time:
        values[time] = now
    found = db.session.scalars(_status_update(time), values).one_or_none()
    payment = cast("Payment | None", found)
    if payment is not None:
        run(_EVENT, {**event, "of_payment": payment.id})
    return payment


@cache
def _status_update(time: str | None) -> sa.Executable:
    """Return the statement that changes a status, cached for each time column."""
    found = sa.select(Payment).from_statement(_update(time).returning(*PAYMENTS.c))
    return found.execution_options(populate_existing=True)


def _update(time: str | None) -> sa.Update:
    columns = PAYMENTS.c
    status = sa.bindparam("status", type_=columns.status.type)
    stamps = {time: sa.bindparam(time, type_=columns[time].type)} if time else {}
    return (
        sa.update(PAYMENTS)
        .where(
            columns.id == sa.bindparam("payment"),
            columns.gateway == sa.bindparam("of_gateway"),
            columns.status.in_(sa.bindparam("replaceable", expanding=True)),
            columns.amount == sa.bindparam("of_amount"),
            columns.currency == sa.bindparam("of_currency"),
        )
        .values(
            status=status,
            decline_code=sa.bindparam("decline_code"),
            card_brand=sa.func.coalesce(sa.bindparam("brand", type_=sa.String), columns.card_brand),
            card_last4=sa.func.coalesce(sa.bindparam("last4", type_=sa.String), columns.card_last4),
            gateway_reference=sa.func.coalesce(
                columns.gateway_reference, sa.bindparam("reference", type_=sa.String)
            ),
            **stamps,
        )
    )


def _warn_of_stray_money(gateway: str, outcome: Outcome) -> None:
    """Log an error for money that fits no payment; repeated outcomes are not logged."""
    if outcome.status is not PaymentStatus.SUCCEEDED:
        return
    known = db.session.get(Payment, outcome.payment_id)
    if known is None or (known.amount, known.currency) != (outcome.amount, outcome.currency):
        log.error("money that fits no payment", gateway=gateway, **_outcome_data(outcome))


def _refund_unwanted(payment: Payment) -> None:
    """Refund the order whose payment came too late, or a second payment of an order that is already paid."""
    row = sa.select(Order).where(Order.id == payment.order_id).with_for_update()
    order = db.session.scalars(row.execution_options(populate_existing=True)).one()
    log.warning("payment goes back", order=order.number, payment=str(payment.id), status=order.status.value)
    if order.paid_at is None and order.refund_status is RefundStatus.NONE:
        orders.refund_in_full(order_id=order.id, reason=_("The payment came after the order had ended."))
    else:
        pending_jobs.return_surplus.enqueue(payment_id=payment.id)


def _outcome_data(outcome: Outcome) -> dict[str, Any]:
    return {
        "reference": outcome.reference,
        "status": outcome.status.value,
        "amount": outcome.amount,
        "currency": outcome.currency,
        "decline_code": outcome.decline_code,
        "brand": outcome.brand,
        "last4": outcome.last4,
    }
