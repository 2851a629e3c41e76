"""The counts beside the sections of the back office."""

from __future__ import annotations

from flask import Flask

from kashcraft.backoffice.queries import list_waiting
from kashcraft.backoffice.rules import Permission
from tests.factories.orders import paid, place, stocked


def test_waiting_work_is_counted_for_each_section(database: Flask) -> None:
    paid((stocked(50), 1))
    paid((stocked(50), 1))
    place((stocked(5), 1))

    assert list_waiting(frozenset(Permission)) == {"orders": 2, "returns": 0, "stock": 1, "messages": 0}


def test_sections_that_a_person_may_not_open_are_not_counted(database: Flask) -> None:
    assert list_waiting({Permission.RECEIVE_RETURNS}) == {"returns": 0}
