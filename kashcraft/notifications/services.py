"""Messages are written in the transaction that causes them and delivered by a job after its commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import activity_log, clock, jobs
from kashcraft.core.db import db, rows_changed, table_of
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, UserId, new_id
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.core.statements import insert_if_absent, run
from kashcraft.notifications.models import Message, MessageStatus

# How long the recipient of a sent message is stored: with an account or an order, and without.
CUSTOMER_RETENTION = timedelta(days=30)
UNKNOWN_RETENTION = timedelta(days=3)
# Messages that can be requested for any address without signing in.
PUBLIC_KINDS = ("confirm_email",)
# How long staff can send a failed message again.
FAILED_RETENTION = timedelta(days=90)


@jobs.reference("notifications.deliver")
def delivery(*, message_id: UUID) -> None:
    """Compose and send a message; ``notifications.jobs`` runs it."""


def queue_message(
    *,
    kind: str,
    recipient: str,
    key: str,
    context: Mapping[str, object] | None = None,
    user_id: UserId | None = None,
    order_id: OrderId | None = None,
    locale: str = "en_US",
    due: datetime | None = None,
) -> Message:
    """Write an e-mail to ``recipient``, queue its delivery, and return the message.

    ``kind`` is the folder of its template in ``templates/emails``. ``key`` identifies the occasion: with the
    same key again, the first message is returned; the unique index decides between concurrent ones.
    ``context`` holds plain values and no secrets. Links are signed while the e-mail is composed.
    With ``due`` it is delivered at that time, and can be withdrawn before.
    """
    row = {
        "id": new_id(), "dedupe_key": key, "template": kind, "recipient": recipient, "locale": locale,
        "context": dict(context or {}), "user_id": user_id, "order_id": order_id,
    }  # fmt: skip
    message = insert_if_absent(Message, row, unique=("dedupe_key",))
    if message is None:
        return db.session.scalars(sa.select(Message).where(Message.dedupe_key == key)).one()
    delivery.enqueue_at(due or clock.now(), message_id=message.id)
    return message


def withdraw_message(*, key: str) -> bool:
    """Delete the message of an occasion that is not sent yet; return whether there was one."""
    pending = sa.delete(Message).where(Message.dedupe_key == key, Message.status == MessageStatus.PENDING)
    return rows_changed(db.session.execute(pending)) > 0


# A Core statement that is built once, because every paid order sends an e-mail.
MESSAGES = table_of(Message)
_SENT = (
    MESSAGES.update()
    .where(MESSAGES.c.id == sa.bindparam("message"), MESSAGES.c.status == MessageStatus.PENDING)
    .values(
        status=MessageStatus.SENT,
        sent_at=sa.bindparam("moment", type_=MESSAGES.c.sent_at.type),
        attempts=MESSAGES.c.attempts + 1,
        failure_reason=None,
        context={},
    )
)


def mark_sent(*, message_id: UUID) -> None:
    """Mark a message as sent and delete the values of its template."""
    run(_SENT, {"message": message_id, "moment": clock.now()})


def mark_attempt_failed(*, message_id: UUID, reason: str) -> None:
    """Record a failed attempt to send a pending message."""
    message = db.session.get_one(Message, message_id)
    message.attempts += 1
    message.failure_reason = reason[:500]


def mark_failed(*, message_id: UUID, reason: str) -> None:
    """Mark a pending message as failed for good. A message that was sent stays sent."""
    db.session.execute(
        sa.update(Message)
        .where(Message.id == message_id, Message.status == MessageStatus.PENDING)
        .values(status=MessageStatus.FAILED, failure_reason=reason[:500])
    )


def purge_old_messages(*, limit: int) -> int:
    """Delete the recipients of up to ``limit`` messages, and up to ``limit`` failed messages; return the
    number of both.

    The recipient of a message to a customer is deleted 30 days after it was sent; of a message without an
    account or order after three days, the lifetime of the confirmation link. Failed messages are deleted
    after 90 days, public requests after six days.
    """
    now = clock.now()
    without_customer = sa.and_(Message.user_id.is_(None), Message.order_id.is_(None))
    old_recipients = sa.select(Message.id).where(
        # A literal, so that the partial index can be used.
        Message.recipient != sa.literal_column("''"),
        Message.sent_at < now - UNKNOWN_RETENTION,
        sa.or_(without_customer, Message.sent_at < now - CUSTOMER_RETENTION),
    )
    clear_recipients = (
        sa.update(Message).where(Message.id.in_(old_recipients.limit(limit))).values(recipient="")
    )
    old_failures = sa.select(Message.id).where(
        Message.status == MessageStatus.FAILED,
        Message.created_at
        < sa.case(
            (Message.template.in_(PUBLIC_KINDS), now - 2 * UNKNOWN_RETENTION), else_=now - FAILED_RETENTION
        ),
    )
    delete_failures = sa.delete(Message).where(Message.id.in_(old_failures.limit(limit)))
    statements = (
        one.execution_options(synchronize_session=False) for one in (clear_recipients, delete_failures)
    )
    return sum(rows_changed(db.session.execute(one)) for one in statements)


def resend(*, message_id: UUID) -> bool:
    """Queue a failed message again. Return False if it is not failed (any more). Raises NotFound."""
    pending = {"status": MessageStatus.PENDING, "attempts": 0}
    again = sa.update(Message).where(Message.id == message_id, Message.status == MessageStatus.FAILED)
    if not rows_changed(db.session.execute(again.values(pending))):
        if db.session.get(Message, message_id) is None:
            raise NotFound("no_message", message_id=str(message_id))
        return False
    delivery.enqueue(message_id=message_id)
    activity_log.note("message", action="sent_again", message_id=message_id)
    return True


def export_personal_data(*, person: Individual) -> Export:
    """Return the messages that were written to a person, without their contents. One statement."""
    columns = sa.select(
        Message.template, Message.channel, Message.recipient, Message.status, Message.created_at,
        Message.sent_at,
    )  # fmt: skip
    return {"messages": read_rows(columns.where(_is_to(person)).order_by(Message.created_at, Message.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Delete the messages to a person that were not sent, and recipient and contents of all others."""
    sent = Message.status == MessageStatus.SENT
    run_erasures(
        sa.delete(Message).where(_is_to(person), sa.not_(sent)),
        sa.update(Message).where(_is_to(person), sent).values(recipient="", context={}, user_id=None),
    )


def _is_to(person: Individual) -> sa.ColumnElement[bool]:
    by_address = sa.func.lower(Message.recipient) == person.email_key
    return by_address if person.user_id is None else sa.or_(by_address, Message.user_id == person.user_id)
