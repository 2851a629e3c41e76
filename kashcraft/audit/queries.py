"""Reads of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kashcraft.audit.models import AuditEntry
from kashcraft.core.db import db
from kashcraft.core.ids import AnyId


def list_entries_of(subject: str, subject_id: AnyId, *, limit: int = 50) -> Sequence[AuditEntry]:
    """Return the latest entries about one thing, newest first. One statement."""
    mine = sa.select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.subject_id == subject_id)
    newest = mine.order_by(AuditEntry.created_at.desc(), AuditEntry.id.desc()).limit(limit)
    return db.session.scalars(newest).all()


def has_entry(key: str) -> bool:
    """Return whether a change was recorded under ``key``. One statement."""
    return bool(db.session.scalar(sa.select(sa.exists().where(AuditEntry.idempotency_key == key))))
