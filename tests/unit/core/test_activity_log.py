"""The activity log: one line for each committed action, with its actor."""

from __future__ import annotations

import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from kashcraft.core import activity_log, jobs
from kashcraft.core.db import after_step, in_step, step
from kashcraft.core.jobs.tasks import Task
from kashcraft.core.staging import staged

ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
LINE = {"event": "order", "act": "paid", "actor": "command", "order_id": str(ID), "log_level": "info"}


@jobs.task("test.never_works", tries=1)
def never_works() -> None:
    """Give up."""
    raise jobs.PermanentFailure("no such thing")


@pytest.fixture
def lines(database: Flask) -> Iterator[list[MutableMapping[str, Any]]]:
    with capture_logs() as found:
        yield found


def paid() -> None:
    activity_log.note("order", action="paid", order_id=ID, amount=None)


def test_a_line_is_written_after_the_commit(lines: list[Any]) -> None:
    with step():
        paid()
        assert lines == []

    assert lines == [LINE]


def test_a_rolled_back_step_writes_no_line(lines: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), step():
        paid()
        raise ZeroDivisionError

    with step():
        pass
    assert lines == []


def test_a_repeated_step_writes_one_line(lines: list[Any]) -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    tries = []

    def work() -> None:
        tries.append(1)
        paid()
        if len(tries) < 3:
            raise OperationalError("UPDATE", {}, Deadlock())

    in_step(work)

    assert (len(tries), lines) == (3, [LINE])


def test_outside_of_a_step_a_line_is_written_immediately(lines: list[Any]) -> None:
    paid()

    assert lines == [LINE]


def test_the_actor_of_a_job_is_its_name(lines: list[Any]) -> None:
    Task("orders.pay", paid)()
    paid()

    assert [line["actor"] for line in lines] == ["job:orders.pay", "command"]


def test_the_demo_shop_writes_no_lines(lines: list[Any]) -> None:
    with step(), activity_log.silent():
        paid()

    assert lines == []


def test_commands_log_to_standard_error(database: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    paid()
    with activity_log.acting_as("job:orders.pay"):
        paid()

    said = capsys.readouterr()
    assert ("actor=command" in said.err, "actor=job:orders.pay" in said.out) == (True, True)
    assert ("actor=command" in said.out, "actor=job:orders.pay" in said.err) == (False, False)


def test_a_closed_output_does_not_fail_the_action(
    database: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = (tmp_path / "gone").open("w")
    gone.close()
    monkeypatch.setattr(sys, "stderr", gone)
    seen: list[int] = []

    with step():
        paid()
        after_step(lambda: seen.append(1))

    assert seen == [1]


def test_a_job_that_fails_permanently_is_logged(lines: list[Any]) -> None:
    with step():
        row_id = jobs.enqueue(never_works)
    jobs.run_due()

    noted = [line for line in lines if line["event"] == "job"]
    assert noted == [
        {"event": "job", "act": "given_up", "actor": "job:test.never_works", "job": "test.never_works",
         "row_id": str(row_id), "log_level": "info"}
    ]  # fmt: skip


def test_a_staged_change_writes_one_line(lines: list[Any], database: Flask) -> None:
    def work() -> int:
        paid()
        return 1

    staged(work, lambda found: found, unchanged=lambda: True, dry_run=True)
    assert lines == []
    staged(work, lambda found: found, unchanged=lambda: True)
    assert lines == [LINE]
