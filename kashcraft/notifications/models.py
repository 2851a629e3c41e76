"""Messages: written in the transaction that causes them, sent after its commit."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, enum_column, mapped_column
from kashcraft.core.ids import OrderId, UserId


class Channel(StrEnum):
    """The channel of a message."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class MessageStatus(StrEnum):
    """A message is pending until it is sent, or has failed after the last attempt."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Message(Model):
    """One message to one person: the name of a template and the plain values for it.

    ``dedupe_key`` identifies the occasion, so that nobody gets the same message twice. It remains when the
    values and the recipient are deleted, see ``services.purge_old_messages``.
    """

    __tablename__ = "messages"
    __table_args__ = (
        sa.CheckConstraint("attempts >= 0", name="attempts"),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        sa.Index(None, "status", "next_attempt_at"),
        sa.Index(
            "ix_messages_sent_at",
            "sent_at",
            sqlite_where=sa.text("recipient <> ''"),
            postgresql_where=sa.text("recipient <> ''"),
        ),
    )

    id: Mapped[Id]
    dedupe_key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    template: Mapped[str] = mapped_column(sa.String(60), index=True)
    channel: Mapped[Channel] = enum_column(Channel, "channel", default=Channel.EMAIL)
    recipient: Mapped[str] = mapped_column(sa.String(320))
    locale: Mapped[str] = mapped_column(sa.String(16), default="en_US")
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[MessageStatus] = enum_column(MessageStatus, "status", default=MessageStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failure_reason: Mapped[str | None] = mapped_column(sa.Text)
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
