"""Entries of the audit trail."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, mapped_column
from kashcraft.core.ids import AnyId, UserId


class AuditEntry(Model):
    """One change: who made it, when, on what, and the values before and after.

    ``actor`` names jobs and commands too; ``actor_id`` is a person who still has an account.
    ``subject`` is the kind of thing, ``title`` what staff called it at that time. The subject has no foreign
    key, because an entry outlives it.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.CheckConstraint("subject <> '' AND action <> ''", name="words"),
        sa.Index(None, "subject", "subject_id", "created_at"),
        sa.Index(None, "subject", "created_at"),
        sa.Index(None, "actor_id", "created_at"),
    )

    id: Mapped[Id]
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    subject: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[AnyId | None]
    title: Mapped[str] = mapped_column(sa.String(255), default="")
    action: Mapped[str] = mapped_column(sa.String(40))
    actor: Mapped[str] = mapped_column(sa.String(80))
    actor_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    before: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    after: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
