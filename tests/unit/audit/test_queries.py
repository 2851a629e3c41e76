"""Reads of the audit trail."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

from kashcraft.audit import queries
from kashcraft.core import audit_trail
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step

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
