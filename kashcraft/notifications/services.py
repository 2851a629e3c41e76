"""Messages are written in the step that causes them, and delivered by a job after its commit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import activity_log, clock, jobs
from kashcraft.core.db import db, insert_into, rows_changed
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, UserId
from kashcraft.notifications.models import Message, MessageStatus

# How long it is known to whom a message was sent: to people with an account or an order, and to others.
CUSTOMERS = timedelta(days=30)
STRANGERS = timedelta(days=3)
# What anybody can have sent to any address.
BY_ANYBODY = ("confirm_email",)
# How long staff can send again what was given up.
GIVEN_UP = timedelta(days=90)


@jobs.reference("notifications.deliver")
def delivery(*, message_id: UUID) -> None:
    """Compose and send a message; ``notifications.jobs`` does it."""


def queue_message(
    *,
    kind: str,
    recipient: str,
    key: str,
    context: dict[str, Any] | None = None,
    user_id: UserId | None = None,
    order_id: OrderId | None = None,
    locale: str = "en_US",
    due: datetime | None = None,
) -> Message:
    """Write a letter of ``templates/emails/<kind>/`` to ``recipient`` and have it delivered; return the
    message.

    ``key`` names the occasion: a second letter for it is not written, the first is returned, and the unique
    index decides between two at once. ``context`` holds plain values and no secrets; links are signed while
    the letter is composed. With ``due`` it is delivered from then on, and can be withdrawn before.
    """
    written = insert_into(Message).values(
        dedupe_key=key,
        template=kind,
        recipient=recipient,
        locale=locale,
        context=context or {},
        user_id=user_id,
        order_id=order_id,
    )
    message: Message | None = db.session.scalar(
        written.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Message)
    )
    if message is None:
        return db.session.scalars(sa.select(Message).where(Message.dedupe_key == key)).one()
    delivery.enqueue_at(due or clock.now(), message_id=message.id)
    return message


def withdraw_message(*, key: str) -> bool:
    """Delete the message of an occasion that is not sent yet; return whether there was one."""
    pending = sa.delete(Message).where(Message.dedupe_key == key, Message.status == MessageStatus.PENDING)
    return rows_changed(db.session.execute(pending)) > 0


def mark_sent(*, message_id: UUID) -> None:
    """Note that a message has gone out, and forget what filled it."""
    db.session.execute(
        sa.update(Message)
        .where(Message.id == message_id, Message.status == MessageStatus.PENDING)
        .values(
            status=MessageStatus.SENT,
            sent_at=clock.now(),
            attempts=Message.attempts + 1,
            failure_reason=None,
            context={},
        )
    )


def mark_attempt_failed(*, message_id: UUID, reason: str) -> None:
    """Note a failed attempt at a message that still waits."""
    message = db.session.get_one(Message, message_id)
    message.attempts += 1
    message.failure_reason = reason[:500]


def mark_failed(*, message_id: UUID, reason: str) -> None:
    """Note that a message was given up; one that has gone out stays sent."""
    db.session.execute(
        sa.update(Message)
        .where(Message.id == message_id, Message.status == MessageStatus.PENDING)
        .values(status=MessageStatus.FAILED, failure_reason=reason[:500])
    )


def forget(*, limit: int) -> int:
    """Forget whom up to ``limit`` messages went to, and delete as many that were given up; return how many
    there were of both.

    To people whom the shop knows by an order or an account: 30 days after it was sent; to others after
    three, which is as long as the link works that opens an account. Given up: 90 days after it was written;
    what anybody can cause six, three of which it was tried for.
    """
    now = clock.now()
    nobodys = sa.and_(Message.user_id.is_(None), Message.order_id.is_(None))
    told = sa.select(Message.id).where(
        # Written out, as the index knows it.
        Message.recipient != sa.literal_column("''"),
        Message.sent_at < now - STRANGERS,
        sa.or_(nobodys, Message.sent_at < now - CUSTOMERS),
    )
    blank = sa.update(Message).where(Message.id.in_(told.limit(limit))).values(recipient="")
    lost = sa.select(Message.id).where(
        Message.status == MessageStatus.FAILED,
        Message.created_at
        < sa.case((Message.template.in_(BY_ANYBODY), now - 2 * STRANGERS), else_=now - GIVEN_UP),
    )
    gone = sa.delete(Message).where(Message.id.in_(lost.limit(limit)))
    acts = (act.execution_options(synchronize_session=False) for act in (blank, gone))
    return sum(rows_changed(db.session.execute(act)) for act in acts)


def send_again(*, message_id: UUID) -> bool:
    """Have a message delivered that was given up; return False where it is not given up (any more).

    Raises NotFound.
    """
    waiting = {"status": MessageStatus.PENDING, "attempts": 0}
    again = sa.update(Message).where(Message.id == message_id, Message.status == MessageStatus.FAILED)
    if not rows_changed(db.session.execute(again.values(waiting))):
        if db.session.get(Message, message_id) is None:
            raise NotFound("no_message", message_id=str(message_id))
        return False
    delivery.enqueue(message_id=message_id)
    activity_log.note("message", action="sent_again", message_id=message_id)
    return True
