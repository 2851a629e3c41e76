"""Entries are added by the step of the change that they describe, and never changed."""

from __future__ import annotations

from kashcraft.audit.models import AuditEntry
from kashcraft.core.audit_trail import AuditChange
from kashcraft.core.db import db, insert_into
from kashcraft.core.ids import new_id

LONGEST_TITLE, LONGEST_REASON = 255, 500


def write_entry(*, change: AuditChange) -> bool:
    """Add an entry for ``change``; return False where its key has one already. Titles and reasons are cut.

    The unique index decides between concurrent steps. One statement.
    """
    statement = insert_into(AuditEntry).values(
        id=new_id(),
        idempotency_key=change.key,
        subject=change.subject,
        subject_id=change.subject_id,
        title=change.title[:LONGEST_TITLE],
        action=change.action,
        actor=change.actor,
        actor_id=change.actor_id,
        before=dict(change.before),
        after=dict(change.after),
        reason=change.reason[:LONGEST_REASON],
    )
    once = statement.on_conflict_do_nothing(index_elements=["idempotency_key"])
    return db.session.scalar(once.returning(AuditEntry.id)) is not None
