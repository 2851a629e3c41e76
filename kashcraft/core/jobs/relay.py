"""The relay: lends due outbox rows to workers, and runs them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from kashcraft.core import clock
from kashcraft.core.db import db, end_reading, in_step, insert_into, rows_changed, step
from kashcraft.core.errors import reason_of
from kashcraft.core.ids import new_id
from kashcraft.core.jobs.models import Outbox
from kashcraft.core.jobs.tasks import Schedule, find, task

KEPT = timedelta(days=30)
PURGED_AT_ONCE = 5000
LEASE = timedelta(minutes=5)
TRIES = 8

log = structlog.get_logger()


def lease_due(limit: int = 50) -> list[UUID]:
    """Lend up to ``limit`` due rows for five minutes; return their ids, which nobody else gets meanwhile.

    A row that was lent eight times and never came back, because it ends its worker each time, is given up.
    """
    due = (
        sa.select(Outbox.id, Outbox.attempts)
        .where(Outbox.done_at.is_(None), Outbox.failed_at.is_(None), Outbox.due_at <= clock.now())
        .order_by(Outbox.due_at, Outbox.id)
        .limit(limit)
    )
    nothing = db.session.execute(due.limit(1)).first() is None
    end_reading()
    if nothing:
        return []

    def lend() -> list[UUID]:
        rows = db.session.execute(due.with_for_update(skip_locked=True)).all()
        lost = [row.id for row in rows if row.attempts >= TRIES]
        chosen = [row.id for row in rows if row.attempts < TRIES]
        if lost:
            log.error("jobs given up", rows=[str(row_id) for row_id in lost])
            _change(lost, failed_at=clock.now(), last_error="lent out eight times and never came back")
        _change(chosen, due_at=clock.now() + LEASE, attempts=Outbox.attempts + 1)
        return chosen

    return in_step(lend)


def renew(row_ids: Collection[UUID]) -> None:
    """Lengthen the leases of rows that somebody is still working on."""
    if row_ids:
        in_step(lambda: _change(row_ids, due_at=clock.now() + LEASE))


def give_back(row_ids: Collection[UUID]) -> None:
    """Make rows due again that were lent out and not begun, as if they had not been lent."""
    if row_ids:
        in_step(lambda: _change(row_ids, due_at=clock.now(), attempts=Outbox.attempts - 1))


def _change(row_ids: Collection[UUID], **values: Any) -> None:
    unfinished = sa.update(Outbox).where(Outbox.id.in_(row_ids), Outbox.done_at.is_(None)).values(values)
    db.session.execute(unfinished.execution_options(synchronize_session=False))


def run_row(row_id: UUID) -> bool:
    """Run the task of one leased row and mark it done; return whether it went well.

    A failure is logged and kept on the row, which comes back later (15 s, then twice as long each time) and
    is given up after eight tries.
    """
    row = db.session.get(Outbox, row_id)
    if row is None or row.done_at is not None or row.failed_at is not None:
        return True
    name, payload, attempts = row.name, dict(row.payload), row.attempts
    end_reading()
    try:
        find(name)(**payload)
    except Exception as error:
        log.exception("job failed", job=name, row=str(row_id), attempt=attempts)
        end_reading()
        _postpone(row_id, attempts, reason_of(error))
        return False
    with step() as session:
        session.execute(
            sa.update(Outbox).where(Outbox.id == row_id).values(done_at=clock.now(), last_error=None)
        )
    return True


def _postpone(row_id: UUID, attempts: int, reason: str) -> None:
    given_up = clock.now() if attempts >= TRIES else None
    later = clock.now() + timedelta(seconds=15 * 2 ** max(attempts - 1, 0))
    with step() as session:
        session.execute(
            sa.update(Outbox)
            .where(Outbox.id == row_id)
            .values(due_at=later, failed_at=given_up, last_error=reason)
        )


def run_due(limit: int = 1000) -> int:
    """Run everything that is due, here and now, follow-up work included; return how many rows went well."""
    done = 0
    while done < limit:
        leased = lease_due()
        if not leased:
            break
        done += sum(run_row(row_id) for row_id in leased)
    return done


def owe_scheduled(schedules: Iterable[Schedule]) -> int:
    """Owe each scheduled task for its current time slot, once however many schedulers run.

    Returns how many are new.
    """
    now = int(clock.now().timestamp())
    slots = {schedule.task.name: now - now % schedule.every for schedule in schedules}
    known = db.session.execute(
        # SQLite reads the whole index for pairs; what is too much here is told apart below.
        sa.select(Outbox.name, Outbox.key).where(
            Outbox.name.in_(slots), Outbox.key.in_([str(slot) for slot in slots.values()])
        )
    ).all()
    end_reading()
    fresh = [
        {"id": new_id(), "name": name, "key": str(slot), "payload": {}, "due_at": clock.now(), "attempts": 0,
         "created_at": clock.now()}
        for name, slot in slots.items()
        if (name, str(slot)) not in {tuple(row) for row in known}
    ]  # fmt: skip
    if not fresh:
        return 0
    owed = insert_into(Outbox).values(fresh).on_conflict_do_nothing().returning(Outbox.id)
    with step() as session:
        rows = session.execute(owed).all()
    return len(rows)


@task("jobs.purge")
def purge() -> None:
    """Delete rows that were done more than 30 days ago; those that were given up stay."""
    while in_step(_purge_some):
        pass


def _purge_some() -> int:
    old = (
        sa.select(Outbox.id)
        .where(Outbox.done_at < clock.now() - KEPT)
        .order_by(Outbox.done_at)
        .limit(PURGED_AT_ONCE)
    )
    gone = sa.delete(Outbox).where(Outbox.id.in_(old)).execution_options(synchronize_session=False)
    return rows_changed(db.session.execute(gone))
