"""The outbox table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, mapped_column


class Outbox(Model):
    """A pending, finished or failed job: its task, arguments, due time and result."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("name", "key"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
        sa.Index(
            "ix_outbox_due",
            "lane",
            "due_at",
            sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        ),
        sa.Index("ix_outbox_done", "done_at"),
        sa.Index(
            "ix_outbox_failed",
            "failed_at",
            sqlite_where=sa.text("failed_at IS NOT NULL"),
            postgresql_where=sa.text("failed_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(80))
    lane: Mapped[str] = mapped_column(sa.String(16), server_default="shop")
    key: Mapped[str | None] = mapped_column(sa.String(120))
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt]
