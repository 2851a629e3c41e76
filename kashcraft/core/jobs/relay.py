"""The relay: leases due outbox rows to workers, and runs them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from kashcraft.core import activity_log, autocommit, clock, reference_version
from kashcraft.core.backlog import Backlog
from kashcraft.core.db import (
    after_step,
    db,
    end_reading,
    in_step,
    insert_into,
    rows_changed,
    step,
    table_of,
)
from kashcraft.core.errors import reason_of
from kashcraft.core.ids import new_id
from kashcraft.core.jobs.models import Outbox
from kashcraft.core.jobs.tasks import (
    TRIES,
    Lane,
    PermanentFailure,
    Schedule,
    all_tasks,
    find,
    slots_at,
    task,
    work_available,
)
from kashcraft.core.statements import run

STORED_FOR = timedelta(days=30)
PURGED_AT_ONCE = 5000
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=4)

log = structlog.get_logger()
_listeners: list[Callable[[str, bool], None]] = []


def listen(listener: Callable[[str, bool], None]) -> None:
    """Call ``listener`` with the name of each job that was run, and whether it succeeded."""
    if listener not in _listeners:
        _listeners.append(listener)


# Core statements that are built once, because every job runs them.
ROWS = table_of(Outbox)
_OPEN = (ROWS.c.done_at.is_(None), ROWS.c.failed_at.is_(None))
_IS_DUE = (*_OPEN, ROWS.c.due_at <= sa.bindparam("now", type_=ROWS.c.due_at.type))
_DUE_LANES = sa.select(*(sa.exists().where(ROWS.c.lane == lane.value, *_IS_DUE) for lane in Lane))
_DUE = (
    sa.select(ROWS.c.id, ROWS.c.name, ROWS.c.payload, ROWS.c.attempts)
    .where(ROWS.c.lane.in_(sa.bindparam("lanes", expanding=True)), *_IS_DUE)
    .order_by(ROWS.c.due_at, ROWS.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_JOB = sa.select(ROWS.c.name, ROWS.c.payload, ROWS.c.attempts).where(ROWS.c.id == sa.bindparam("row"), *_OPEN)
_DONE = (
    ROWS.update()
    .where(ROWS.c.id == sa.bindparam("row"))
    .values(done_at=sa.bindparam("now", type_=ROWS.c.done_at.type), last_error=None, payload={})
)


def list_due_lanes() -> list[Lane]:
    """Return the lanes that have due rows. One statement."""
    due = autocommit.rows(_DUE_LANES, {"now": clock.now()})[0]
    return [lane for lane, is_due in zip(Lane, due, strict=True) if is_due]


def lease_due(limit: int = 50, *, lane: Lane | None = None) -> list[UUID]:
    """Lease up to ``limit`` due rows of ``lane`` (or of all lanes), if there are any, as ``lease`` does."""
    end_reading()
    due = [one for one in list_due_lanes() if lane in (None, one)]
    return lease(limit, due) if due else []


def lease(limit: int, lanes: Collection[Lane]) -> list[UUID]:
    """Lease up to ``limit`` due rows of ``lanes`` for five minutes; return their ids.

    No other worker gets a leased row. A row that was leased as often as its task may be tried, without a
    result, has stopped its worker each time and is marked as failed.
    """

    def lease_rows() -> list[UUID]:
        due = {"lanes": [lane.value for lane in lanes], "most": limit, "now": clock.now()}
        rows = run(_DUE, due).all()
        lost = [row for row in rows if row.attempts >= _tries(row.name)]
        chosen = [row.id for row in rows if row not in lost]
        for row in lost:
            after_step(partial(log.error, "job given up", job=row.name, row=str(row.id)))
            _mark_failed(row.id, row.name, row.payload, f"leased {row.attempts} times without a result")
        if chosen:
            _change(chosen, due_at=clock.now() + LEASE, attempts=ROWS.c.attempts + 1)
        return chosen

    return in_step(lease_rows)


def renew(row_ids: Collection[UUID]) -> None:
    """Extend the leases of rows that are still being processed."""
    if row_ids:
        in_step(lambda: _change(row_ids, due_at=clock.now() + LEASE))


def give_back(row_ids: Collection[UUID]) -> None:
    """Return leased rows that were not started; the lease does not count as a try."""
    if row_ids:
        in_step(lambda: _change(row_ids, due_at=clock.now(), attempts=ROWS.c.attempts - 1))


def _change(row_ids: Collection[UUID], **values: Any) -> None:
    run(ROWS.update().where(ROWS.c.id.in_(row_ids), ROWS.c.done_at.is_(None)).values(values))


def run_row(row_id: UUID) -> bool:
    """Run the task of one leased row and mark it as done; return whether it succeeded.

    A failure is logged and stored in the row, which is due again after 15 s, then after twice as long each
    time, up to four hours. It is marked as failed after the last try, or when the task raises
    PermanentFailure. A finished row keeps none of its arguments.
    """
    end_reading()
    reference_version.forget()
    rows = autocommit.rows(_JOB, {"row": row_id})
    if not rows:
        return True
    name, payload, attempts = rows[0]
    went_well = _attempt(row_id, name, payload, attempts)
    for listener in _listeners:
        listener(name, went_well)
    return went_well


def _attempt(row_id: UUID, name: str, payload: dict[str, Any], attempts: int) -> bool:
    try:
        find(name)(**payload)
    except Exception as error:
        final = isinstance(error, PermanentFailure) or attempts >= _tries(name)
        log.exception("job failed", job=name, row=str(row_id), attempt=attempts, given_up=final)
        end_reading()
        reason = str(error) if isinstance(error, PermanentFailure) else reason_of(error)
        if final:
            in_step(lambda: _mark_failed(row_id, name, payload, reason))
        else:
            in_step(lambda: _postpone(row_id, attempts, reason))
        return False
    with step():
        run(_DONE, {"row": row_id, "now": clock.now()})
    return True


def _tries(name: str) -> int:
    try:
        return find(name).tries
    except LookupError:
        return TRIES


def _postpone(row_id: UUID, attempts: int, reason: str) -> None:
    later = min(FIRST_PAUSE * 2 ** max(attempts - 1, 0), LONGEST_PAUSE)
    _change([row_id], due_at=clock.now() + later, last_error=reason)


def _mark_failed(row_id: UUID, name: str, payload: dict[str, Any], reason: str) -> None:
    _change([row_id], failed_at=clock.now(), last_error=reason)
    with activity_log.acting_as(f"job:{name}"):
        activity_log.note("job", action="given_up", job=name, row_id=row_id)
        try:
            follow_up = find(name).on_permanent_failure
        except LookupError:
            return
        if follow_up is not None:
            follow_up(reason, **payload)


def queue_health() -> tuple[int, int | None]:
    """Return for how many seconds the oldest due job has waited, and how long ago a job was finished.

    The second number is None where no job was ever finished. Scheduled jobs run every 30 s. Jobs for pictures
    are left out, because an import enqueues thousands that are not urgent. One statement.
    """
    hurried = [lane for lane in Lane if lane is not Lane.PICTURES]
    open_ = (Outbox.lane.in_(hurried), Outbox.done_at.is_(None), Outbox.failed_at.is_(None))
    oldest = sa.select(sa.func.min(Outbox.due_at)).where(*open_).scalar_subquery()
    latest = sa.select(sa.func.max(Outbox.done_at)).scalar_subquery()
    due, done = autocommit.rows(sa.select(oldest, latest))[0]
    return _seconds_since(due) or 0, _seconds_since(done)


def count_waiting() -> tuple[dict[Lane, int], int]:
    """Return the number of due jobs by lane, and the number of failed jobs. Two statements."""
    due = (Outbox.done_at.is_(None), Outbox.failed_at.is_(None), Outbox.due_at <= clock.now())
    by_lane = sa.select(Outbox.lane, sa.func.count()).where(*due).group_by(Outbox.lane)
    failed = sa.select(sa.func.count()).where(Outbox.failed_at.is_not(None))
    counted = {Lane(lane): int(count) for lane, count in autocommit.rows(by_lane)}
    return {lane: counted.get(lane, 0) for lane in Lane}, int(autocommit.rows(failed)[0][0])


def _seconds_since(moment: datetime | None) -> int | None:
    return max(0, int((clock.now() - moment).total_seconds())) if moment else None


def list_failed(*, limit: int = 200) -> list[Outbox]:
    """Return the failed jobs, latest first. One statement."""
    rows = sa.select(Outbox).where(Outbox.failed_at.is_not(None)).order_by(Outbox.failed_at.desc())
    return list(db.session.scalars(rows.limit(limit)))


def get_failed_backlog() -> Backlog:
    """Return the failed jobs, the oldest by when it failed. One statement.

    Jobs that send messages are left out, because messages that were not sent are listed themselves.
    """
    failed = sa.select(sa.func.count(), sa.func.min(Outbox.failed_at))
    rows = autocommit.rows(failed.where(Outbox.failed_at.is_not(None), Outbox.lane != Lane.MAIL))
    return Backlog(*rows[0])


def find_last_run(name: str) -> datetime | None:
    """Return when a job with this name last finished, None without a stored run. One statement."""
    moment: datetime | None = autocommit.rows(
        sa.select(sa.func.max(Outbox.done_at)).where(Outbox.name == name)
    )[0][0]
    return moment


def retry(*, row_id: UUID) -> bool:
    """Make a failed job due again inside the caller's step; return whether it was still failed."""
    again = {"failed_at": None, "attempts": 0, "due_at": clock.now()}
    row = sa.update(Outbox).where(Outbox.id == row_id, Outbox.failed_at.is_not(None)).values(again)
    changed = rows_changed(db.session.execute(row.execution_options(synchronize_session=False)))
    after_step(work_available.set)
    if changed:
        activity_log.note("job", action="owed_again", row_id=row_id)
    return bool(changed)


def run_due(limit: int = 1000) -> int:
    """Run all due jobs in this thread, including those that they enqueue; return how many succeeded."""
    done = 0
    while done < limit:
        leased = lease_due()
        if not leased:
            break
        done += sum(run_row(row_id) for row_id in leased)
    return done


def enqueue_scheduled(schedules: Iterable[Schedule]) -> int:
    """Enqueue each scheduled task once for its current time slot, however many schedulers run.

    Returns the number of new rows.
    """
    slots = slots_at(schedules, clock.now())
    known = db.session.execute(
        # SQLite would read the whole index for a condition on pairs, so pairs are compared below.
        sa.select(Outbox.name, Outbox.key).where(
            Outbox.name.in_(slots), Outbox.key.in_([str(slot) for slot in slots.values()])
        )
    ).all()
    end_reading()
    fresh: list[dict[str, Any]] = [
        {"id": new_id(), "name": name, "lane": find(name).lane.value, "key": str(slot), "payload": {},
         "due_at": clock.now(), "attempts": 0, "created_at": clock.now()}
        for name, slot in slots.items()
        if (name, str(slot)) not in {tuple(row) for row in known}
    ]  # fmt: skip
    if not fresh:
        return 0
    inserted = insert_into(Outbox).values(fresh).on_conflict_do_nothing().returning(Outbox.id)
    with step() as session:
        rows = session.execute(inserted).all()
    return len(rows)


@task("jobs.purge")
def purge() -> None:
    """Delete rows that were finished more than 30 days ago, and failed rows as their tasks define."""
    while in_step(_purge_some):
        pass
    for one in all_tasks():
        if one.delete_failed_after is not None:
            in_step(partial(_delete_failed, one.name, clock.now() - one.delete_failed_after))


def _delete_failed(name: str, before: datetime) -> None:
    expired = sa.delete(Outbox).where(Outbox.name == name, Outbox.failed_at < before)
    db.session.execute(expired.execution_options(synchronize_session=False))


def _purge_some() -> int:
    old = (
        sa.select(Outbox.id)
        .where(Outbox.done_at < clock.now() - STORED_FOR)
        .order_by(Outbox.done_at)
        .limit(PURGED_AT_ONCE)
    )
    expired = sa.delete(Outbox).where(Outbox.id.in_(old)).execution_options(synchronize_session=False)
    return rows_changed(db.session.execute(expired))
