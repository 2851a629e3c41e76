"""Messages as staff see them."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.notifications.models import Message, MessageStatus


def list_not_sent(*, page: int, size: int) -> tuple[list[Message], int]:
    """Return one page of the messages that were given up, the latest first, and how many there are.

    Two statements.
    """
    rows = sa.select(Message).where(Message.status == MessageStatus.FAILED)
    newest = rows.order_by(Message.created_at.desc(), Message.id).limit(size).offset((page - 1) * size)
    return list(db.session.scalars(newest)), count_not_sent()


def count_not_sent() -> int:
    """Return how many messages were given up. One statement."""
    rows = sa.select(sa.func.count()).where(Message.status == MessageStatus.FAILED)
    return int(db.session.scalar(rows) or 0)
