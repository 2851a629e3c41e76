"""The outbox: jobs are enqueued in a step, leased, run, retried, and scheduled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from structlog.testing import capture_logs

from kashcraft.core import clock, jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.jobs import relay, tasks

done: list[object] = []


@jobs.task("tests.note")
def note(word: object = None) -> None:
    done.append(word)


@jobs.task("tests.break")
def break_down() -> None:
    raise ZeroDivisionError("by nothing")


@jobs.task("tests.send", lane=jobs.Lane.MAIL)
def send() -> None:
    done.append("sent")


@pytest.fixture(autouse=True)
def _nothing_done() -> Iterator[None]:
    done.clear()
    yield
    done.clear()


def test_jobs_are_enqueued_inside_a_step_only(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside a step"):
        jobs.enqueue(note, word="x")


def test_a_job_runs_once_after_the_commit(database: Flask, frozen: FrozenClock) -> None:
    with step():
        jobs.enqueue(note, word=UUID(int=7))

    assert jobs.run_due() == 1
    assert jobs.run_due() == 0
    assert done == ["00000000-0000-0000-0000-000000000007"]
    row = db.session.scalars(sa.select(jobs.Outbox)).one()
    assert (row.name, row.attempts, row.done_at) == ("tests.note", 1, clock.now())


def test_a_job_is_rolled_back_with_its_step(database: Flask) -> None:
    with pytest.raises(ZeroDivisionError), step():
        jobs.enqueue(note, word="x")
        raise ZeroDivisionError

    assert jobs.run_due() == 0
    assert done == []


def test_a_job_is_not_run_before_it_is_due(database: Flask, frozen: FrozenClock) -> None:
    with step():
        jobs.enqueue(note, due=clock.now() + timedelta(hours=1), word="later")

    assert jobs.run_due() == 0
    frozen.advance(hours=1)
    assert jobs.run_due() == 1
    assert done == ["later"]


def test_a_leased_row_is_not_leased_again_before_its_end(database: Flask, frozen: FrozenClock) -> None:
    with step():
        jobs.enqueue(note, word="x")

    assert len(jobs.lease_due()) == 1
    assert jobs.lease_due() == []
    frozen.advance(minutes=5)
    assert len(jobs.lease_due()) == 1


def test_a_row_of_a_killed_worker_runs_after_its_lease(database: Flask, frozen: FrozenClock) -> None:
    with step():
        jobs.enqueue(note, word="x")
    jobs.lease_due()
    frozen.advance(minutes=6)

    assert jobs.run_due() == 1
    assert done == ["x"]


def test_a_job_that_stops_its_worker_each_time_fails_after_eight_leases(
    database: Flask, frozen: FrozenClock
) -> None:
    with step():
        jobs.enqueue(note, word="x")
    leased = 0
    with capture_logs() as lines:
        for _ in range(10):
            leased += len(jobs.lease_due())
            frozen.advance(minutes=6)

    row = db.session.scalars(sa.select(jobs.Outbox)).one()
    assert (leased, row.attempts) == (8, 8)
    assert row.failed_at is not None
    assert row.last_error == "leased 8 times without a result"
    assert [line["log_level"] for line in lines if line["event"] == "job given up"] == ["error"]
    assert [line["actor"] for line in lines if line["event"] == "job"] == ["job:tests.note"]
    assert jobs.run_row(row.id)
    assert done == []


def test_a_renewed_lease_protects_a_long_job(database: Flask, frozen: FrozenClock) -> None:
    with step():
        jobs.enqueue(note, word="x")
    leased = jobs.lease_due()
    frozen.advance(minutes=4)
    relay.renew(leased)
    frozen.advance(minutes=4)
    assert jobs.lease_due() == []

    frozen.advance(minutes=1)
    assert jobs.lease_due() == leased


def test_returning_a_row_that_was_not_started_does_not_count_as_a_try(
    database: Flask, frozen: FrozenClock
) -> None:
    with step():
        jobs.enqueue(note, word="x")
    leased = jobs.lease_due()
    relay.give_back(leased)

    assert jobs.lease_due() == leased
    assert db.session.scalars(sa.select(jobs.Outbox)).one().attempts == 1


def test_finished_rows_are_deleted_after_thirty_days_and_failed_ones_are_not(
    database: Flask, frozen: FrozenClock
) -> None:
    with step():
        jobs.enqueue(note, word="x")
        jobs.enqueue(break_down)
    jobs.run_due(limit=2)
    frozen.advance(days=30)
    jobs.purge()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(jobs.Outbox)) == 2
    frozen.advance(seconds=1)
    jobs.purge()

    assert db.session.scalars(sa.select(jobs.Outbox.name)).all() == ["tests.break"]


@jobs.task("tests.spill")
def spill() -> None:
    raise ValueError("bad \x00 byte\nDETAIL:  Failing row contains (ada@shop.example).\n[SQL: INSERT]")


def test_the_reason_of_a_failure_contains_no_stored_values(database: Flask) -> None:
    with step():
        jobs.enqueue(spill)
    jobs.run_due(limit=1)

    reason = db.session.scalars(sa.select(jobs.Outbox.last_error)).one()
    assert reason == "ValueError: bad  byte\n[SQL: INSERT]"


def test_running_a_row_again_does_nothing(database: Flask, frozen: FrozenClock) -> None:
    with step():
        jobs.enqueue(note, word="x")
    (row_id,) = jobs.lease_due()

    assert [jobs.run_row(row_id), jobs.run_row(row_id)] == [True, True]
    assert done == ["x"]


def test_a_failure_is_stored_postponed_and_final_after_eight_tries(
    database: Flask, frozen: FrozenClock
) -> None:
    with step():
        jobs.enqueue(break_down)
    waits = []
    for _ in range(8):
        start = clock.now()
        assert jobs.run_due(limit=1) == 0
        row = db.session.scalars(sa.select(jobs.Outbox)).one()
        waits.append(int((row.due_at - start).total_seconds()))
        assert row.last_error == "ZeroDivisionError: by nothing"
        frozen.advance(days=1)

    assert waits[:7] == [15, 30, 60, 120, 240, 480, 960]
    assert db.session.scalars(sa.select(jobs.Outbox)).one().failed_at is not None
    assert jobs.lease_due() == []


def test_a_schedule_is_due_once_a_slot_however_many_schedulers_run(
    database: Flask, frozen: FrozenClock
) -> None:
    schedules = [jobs.Schedule(note, every=60)]

    assert [relay.enqueue_scheduled(schedules), relay.enqueue_scheduled(schedules)] == [1, 0]
    frozen.advance(seconds=60)
    assert relay.enqueue_scheduled(schedules) == 1
    assert jobs.run_due() == 2


def test_two_tasks_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="two tasks are called tests.note"):
        jobs.task("tests.note")(print)


def test_an_unknown_task_is_an_error() -> None:
    with pytest.raises(LookupError, match="no task is called nobody.knows"):
        jobs.find("nobody.knows")


def test_a_reference_enqueues_a_task_that_is_not_imported(
    database: Flask, frozen: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_tasks", dict(tasks._tasks))
    monkeypatch.setattr(tasks, "_references", dict(tasks._references))
    greeting = jobs.reference("tests.greet")(greet_so_often)
    with pytest.raises(LookupError, match=r"no task is called tests\.greet"):
        jobs.check_references()

    @jobs.task(greeting)
    def greet(name: str, times: int) -> None:
        done.append([name] * times)

    jobs.check_references()
    with step():
        greeting.enqueue(name="Ada", times=2)
        greeting.enqueue_at(clock.now() + timedelta(hours=1), name="Grace", times=1)
    assert jobs.run_due() == 1
    frozen.advance(minutes=61)
    assert jobs.run_due() == 1
    assert done == [["Ada", "Ada"], ["Grace"]]
    assert greeting.task is greet


def greet_so_often(*, name: str, times: int) -> None:
    """Greet a person."""


def test_a_task_takes_what_its_reference_says() -> None:
    declared = jobs.TaskReference("tests.declared", greet_by_name)
    with pytest.raises(ValueError, match=r"tests\.declared does not take \('name',\)"):
        jobs.task(declared)(print)
    with pytest.raises(ValueError, match=r"two references are called payments\.return_refund"):
        jobs.reference("payments.return_refund")(greet_by_name)


def greet_by_name(*, name: str) -> None:
    """Greet a person."""


def test_enqueueing_wakes_the_relay(database: Flask) -> None:
    tasks.work_available.clear()
    with step():
        jobs.enqueue(note, word="x")
        assert not tasks.work_available.is_set()

    assert tasks.work_available.is_set()


given_up_with: list[tuple[str, str]] = []


@jobs.task(
    "tests.fail_for_good", on_permanent_failure=lambda reason, word: given_up_with.append((reason, word))
)
def fail_for_good(word: str) -> None:
    raise jobs.PermanentFailure("nobody lives there")


def test_a_permanent_failure_is_final_and_reported_immediately(database: Flask) -> None:
    given_up_with.clear()
    with step():
        jobs.enqueue(fail_for_good, word="x")

    assert jobs.run_due() == 0
    (row,) = jobs.list_failed()
    assert (row.attempts, row.last_error) == (1, "nobody lives there")
    assert given_up_with == [("nobody lives there", "x")]


def test_a_failed_job_can_be_retried(database: Flask) -> None:
    with step():
        row_id = jobs.enqueue(fail_for_good, word="x")
    jobs.run_due()
    with step():
        assert jobs.retry(row_id=row_id)
        assert not jobs.retry(row_id=row_id)

    assert jobs.list_failed() == []
    assert jobs.lease_due() == [row_id]


def test_each_lane_leases_its_own_rows(database: Flask) -> None:
    with step():
        ours = jobs.enqueue(note, word="x")

    assert jobs.lease_due(lane=jobs.Lane.MAIL) == []
    assert jobs.lease_due(lane=jobs.Lane.SHOP) == [ours]


def test_lanes_with_due_rows_are_listed(database: Flask, frozen: FrozenClock) -> None:
    with step():
        jobs.enqueue(note, word="x")
        jobs.enqueue(send, due=clock.now() + timedelta(seconds=1))

    assert relay.list_due_lanes() == [jobs.Lane.SHOP]
    frozen.advance(seconds=1)
    assert relay.list_due_lanes() == [jobs.Lane.SHOP, jobs.Lane.MAIL]
    assert len(relay.lease(10, [jobs.Lane.MAIL])) == 1
    assert relay.list_due_lanes() == [jobs.Lane.SHOP]


def test_time_slots_begin_at_whole_multiples_of_their_seconds(frozen: FrozenClock) -> None:
    begun = int(clock.now().timestamp())
    schedules = [jobs.Schedule(note, every=60), jobs.Schedule(break_down, every=86400)]

    assert tasks.slots_at(schedules, clock.now()) == {
        "tests.note": begun // 60 * 60,
        "tests.break": begun // 86400 * 86400,
    }


def test_many_jobs_are_enqueued_in_one_statement(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    with count_statements() as seen, step():
        assert jobs.enqueue_many(note, [{"word": "a"}, {"word": "b"}]) == 2
        assert jobs.enqueue_many(note, []) == 0

    assert len(seen.writes) == 1
    assert jobs.run_due() == 2
    assert sorted(map(str, done)) == ["a", "b"]
    with pytest.raises(RuntimeError, match="inside a step"):
        jobs.enqueue_many(note, [])


def test_several_jobs_with_the_same_arguments_are_enqueued_in_one_statement(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    with count_statements() as seen, step():
        jobs.enqueue_all([note, fail_for_good], {"word": "x"})
        jobs.enqueue_all([], {"word": "x"})

    assert len(seen.writes) == 1
    rows = db.session.execute(sa.select(jobs.Outbox.name, jobs.Outbox.payload).order_by(jobs.Outbox.name))
    assert [tuple(row) for row in rows] == [
        (fail_for_good.name, {"word": "x"}),
        ("tests.note", {"word": "x"}),
    ]
