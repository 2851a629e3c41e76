"""The audit trail: a change is recorded with its step, with the person who made it."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from structlog.testing import capture_logs

from kashcraft.audit.models import AuditEntry
from kashcraft.core import activity_log, audit_trail
from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId
from tests.factories.people import person

RATE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def entries() -> list[tuple[object, ...]]:
    db.session.rollback()
    rows = db.session.query(AuditEntry).order_by(AuditEntry.created_at, AuditEntry.id)
    return [
        (row.subject, row.subject_id, row.title, row.action, row.actor, row.actor_id, row.before, row.after)
        for row in rows
    ]


def test_a_change_has_its_subject_and_both_values(database: Flask) -> None:
    with step():
        audit_trail.record(
            "tax rate",
            action="changed",
            subject_id=RATE,
            title="GST",
            before={"rate": 50_000},
            after={"rate": 1},
        )

    assert entries() == [("tax rate", RATE, "GST", "changed", "command", None, {"rate": 50_000}, {"rate": 1})]


def test_the_person_comes_from_the_context(database: Flask) -> None:
    owner = person()
    with activity_log.acting_as(f"staff:{owner}"), step():
        audit_trail.record("setting", action="changed")

    assert [row[4:6] for row in entries()] == [(f"staff:{owner}", owner)]


def test_a_rolled_back_step_records_nothing(database: Flask) -> None:
    with pytest.raises(ZeroDivisionError), step():
        audit_trail.record("setting", action="changed")
        raise ZeroDivisionError

    assert entries() == []


def test_nothing_is_recorded_outside_of_a_step(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="in the step that makes it"):
        audit_trail.record("setting", action="changed")


def test_the_same_key_is_recorded_once(database: Flask) -> None:
    with step():
        first = audit_trail.record("voucher", action="changed", key="form-1")
    with step():
        second = audit_trail.record("voucher", action="changed", key="form-1")

    assert (first, second, len(entries())) == (True, False, 1)


def test_the_activity_log_gets_a_line_without_values(database: Flask) -> None:
    with capture_logs() as lines, step():
        audit_trail.record("tax rate", action="changed", subject_id=RATE, after={"rate": 1})

    assert lines == [
        {
            "event": "change",
            "act": "changed",
            "actor": "command",
            "subject": "tax rate",
            "subject_id": str(RATE),
            "log_level": "info",
        }
    ]


def test_differences_leave_out_what_is_the_same() -> None:
    before = {"name": "GST", "rate": 50_000, "until": None}
    after = {"name": "GST", "rate": 60_000, "region": "JK"}

    assert audit_trail.differences(before, after) == (
        {"rate": 50_000, "region": None},
        {"rate": 60_000, "region": "JK"},
    )


@pytest.mark.parametrize(
    ("actor", "person"),
    [
        (f"staff:{RATE}", RATE),
        (str(RATE), RATE),
        ("guest", None),
        ("job:catalogue.publish", None),
        ("command", None),
    ],
)
def test_an_actor_is_a_person_or_not(actor: str, person: UserId | None) -> None:
    assert audit_trail.person_of(actor) == person
