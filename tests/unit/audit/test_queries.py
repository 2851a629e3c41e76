"""Reads of the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from kashcraft.audit import queries
from kashcraft.audit.rules import EntryFilter
from kashcraft.core import audit_trail
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId
from tests.factories.people import person
from tests.factories.rows import add_row
from tests.support.plans import recorded

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_entries_of_a_thing_are_newest_first(database: Flask, frozen: FrozenClock) -> None:
    for action, subject_id in (("created", ONE), ("created", OTHER), ("changed", ONE)):
        frozen.advance(seconds=1)
        with step():
            audit_trail.record("page", action=action, subject_id=subject_id)

    assert [entry.action for entry in queries.list_entries_of("page", ONE)] == ["changed", "created"]
    assert [entry.action for entry in queries.list_entries_of("page", ONE, limit=1)] == ["changed"]
    assert queries.list_entries_of("tax rate", ONE) == []


def test_a_key_is_known_once_it_is_recorded(database: Flask) -> None:
    assert queries.has_entry("form-1") is False
    with step():
        audit_trail.record("page", action="changed", key="form-1")

    assert queries.has_entry("form-1") is True


def add(subject: str, moment: datetime, actor_id: UUID | None = None) -> UUID:
    with step():
        return add_row(
            "audit_entries", subject=subject, action="changed", created_at=moment, actor_id=actor_id
        )


def found(wanted: EntryFilter, **options: int) -> tuple[list[UUID], int]:
    entries, total = queries.search_entries(wanted, **{"page": 1, "size": 10, **options})
    return [entry.id for entry in entries], total


def test_entries_are_found_by_person_kind_and_days(database: Flask) -> None:
    asha, start, second = person(), datetime(2026, 3, 2, tzinfo=UTC), timedelta(seconds=1)
    first = add("staff", start, asha)
    last = add("staff", start + timedelta(days=1))
    middle = add("category", start + timedelta(days=1) - second, asha)

    assert found(EntryFilter()) == ([last, middle, first], 3)
    assert found(EntryFilter(), page=2, size=2) == ([first], 3)
    assert found(EntryFilter(actor_id=asha)) == ([middle, first], 2)
    assert found(EntryFilter(without_person=True)) == ([last], 1)
    assert found(EntryFilter(subject="staff")) == ([last, first], 2)
    assert found(EntryFilter(begins=start + second)) == ([last, middle], 2)
    assert found(EntryFilter(begins=start, ends=start + timedelta(days=1))) == ([middle, first], 2)
    assert found(EntryFilter(subject="staff", actor_id=asha)) == ([first], 1)


def test_no_more_than_the_latest_entries_are_listed(database: Flask) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    added = [add("staff", start + timedelta(hours=hour)) for hour in range(5)]

    assert found(EntryFilter(), size=2, most=3) == ([added[4], added[3]], 3)
    assert found(EntryFilter(), page=2, size=2, most=3) == ([added[2]], 3)
    assert found(EntryFilter(), page=3, size=2, most=3) == ([], 3)


def test_each_kind_is_listed_once_by_name(database: Flask) -> None:
    assert queries.list_subjects() == []
    start = datetime(2026, 3, 2, tzinfo=UTC)
    for subject in ("staff", "category", "staff", "page"):
        add(subject, start)
    assert queries.list_subjects() == ["category", "page", "staff"]


DAYS = {"begins": datetime(2026, 3, 2, tzinfo=UTC), "ends": datetime(2026, 3, 3, tzinfo=UTC)}


@pytest.mark.parametrize(
    "wanted",
    [
        EntryFilter(),
        EntryFilter(actor_id=UserId(ONE)),
        EntryFilter(without_person=True),
        EntryFilter(subject="staff"),
        EntryFilter(subject="staff", actor_id=UserId(ONE), **DAYS),
        EntryFilter(**DAYS),
    ],
)
def test_every_filter_uses_an_index(database: Flask, wanted: EntryFilter) -> None:
    with recorded(db.engine) as statements:
        found(wanted)
        queries.list_subjects()

    assert len(statements.statements) == 3
    assert [table for table, _ in statements.scans() if table == "audit_entries"] == []
