"""Reads of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from kashcraft.audit.models import AuditEntry
from kashcraft.audit.rules import EntryFilter
from kashcraft.core.db import db
from kashcraft.core.ids import AnyId

MOST_LISTED = 10_000
# No entry is older. With a bound SQLite searches the index of times even where nothing is filtered.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def list_entries_of(subject: str, subject_id: AnyId, *, limit: int = 50) -> Sequence[AuditEntry]:
    """Return the latest entries about one thing, newest first. One statement."""
    mine = sa.select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.subject_id == subject_id)
    newest = mine.order_by(AuditEntry.created_at.desc(), AuditEntry.id.desc()).limit(limit)
    return db.session.scalars(newest).all()


def has_entry(key: str) -> bool:
    """Return whether a change was recorded under ``key``. One statement."""
    return bool(db.session.scalar(sa.select(sa.exists().where(AuditEntry.idempotency_key == key))))


def search_entries(
    wanted: EntryFilter, *, page: int, size: int, most: int = MOST_LISTED
) -> tuple[Sequence[AuditEntry], int]:
    """Return a page of the latest entries, newest first, and the number of all, at most ``most``.

    Older entries are found by an earlier range of days, so that no page reads the whole table. Two
    statements.
    """
    matching = sa.select(AuditEntry).where(*_conditions(wanted))
    newest = matching.order_by(AuditEntry.created_at.desc(), AuditEntry.id.desc())
    room = max(0, min(size, most - (page - 1) * size))
    found = db.session.scalars(newest.offset((page - 1) * size).limit(room)).all()
    bounded = matching.with_only_columns(AuditEntry.id).limit(most).subquery()
    return found, db.session.scalar(sa.select(sa.func.count()).select_from(bounded)) or 0


def list_subjects() -> Sequence[str]:
    """Return the kinds of things that have entries, by name. One statement, with one look at an index for
    each kind.
    """
    first = sa.select(sa.func.min(AuditEntry.subject).label("subject")).cte("subjects", recursive=True)
    following = (
        sa.select(sa.func.min(AuditEntry.subject))
        .where(AuditEntry.subject > first.c.subject)
        .scalar_subquery()
    )
    kinds = first.union_all(sa.select(following).where(first.c.subject.is_not(None)))
    return db.session.scalars(sa.select(kinds.c.subject).where(kinds.c.subject.is_not(None))).all()


def _conditions(wanted: EntryFilter) -> list[sa.ColumnElement[bool]]:
    conditions = [AuditEntry.created_at >= (wanted.begins or BEGINNING)]
    if wanted.actor_id:
        conditions.append(AuditEntry.actor_id == wanted.actor_id)
    if wanted.without_person:
        conditions.append(AuditEntry.actor_id.is_(None))
    if wanted.subject:
        conditions.append(AuditEntry.subject == wanted.subject)
    if wanted.ends:
        conditions.append(AuditEntry.created_at < wanted.ends)
    return conditions
