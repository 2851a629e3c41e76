"""Reads of messages for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import autocommit
from kashcraft.core.backlog import Backlog
from kashcraft.core.db import db, table_of
from kashcraft.notifications.models import Message, MessageStatus


class PendingMessage(NamedTuple):
    """What the delivery of a message needs."""

    template: str
    recipient: str
    context: Mapping[str, object]


# A Core statement that is built once, because every paid order sends an e-mail.
MESSAGES = table_of(Message)
_PENDING = sa.select(*(MESSAGES.c[name] for name in PendingMessage._fields)).where(
    MESSAGES.c.id == sa.bindparam("message"), MESSAGES.c.status == MessageStatus.PENDING
)


def find_pending_message(message_id: str) -> PendingMessage | None:
    """Return a message that waits for its delivery, None where it was sent or given up. One statement."""
    rows = autocommit.rows(_PENDING, {"message": UUID(message_id)})
    return PendingMessage(*rows[0]) if rows else None


def list_failed_messages(*, page: int, size: int) -> tuple[list[Message], int]:
    """Return one page of the failed messages, latest first, and the number of all. Two statements."""
    rows = sa.select(Message).where(Message.status == MessageStatus.FAILED)
    newest = rows.order_by(Message.created_at.desc(), Message.id).limit(size).offset((page - 1) * size)
    return list(db.session.scalars(newest)), count_failed_messages()


def count_failed_messages() -> int:
    """Return the number of failed messages. One statement."""
    rows = sa.select(sa.func.count()).where(Message.status == MessageStatus.FAILED)
    return int(db.session.scalar(rows) or 0)


def get_failed_message_backlog() -> Backlog:
    """Return the messages that were given up, the oldest by its creation. One statement."""
    rows = sa.select(sa.func.count(), sa.func.min(Message.created_at))
    return Backlog(*db.session.execute(rows.where(Message.status == MessageStatus.FAILED)).one())


def has_message(key: str) -> bool:
    """Return whether a message was queued under the key. One statement."""
    found = sa.select(sa.exists().where(Message.dedupe_key == key))
    return bool(db.session.scalar(found))
