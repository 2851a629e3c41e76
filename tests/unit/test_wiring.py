"""The maps of the shop: complete, and each name in them leads somewhere."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.core import bus, jobs
from kashcraft.core.db import Base
from kashcraft.events.orders import OrderPlaced
from kashcraft.wiring import REACTIONS, SCHEDULES, load_parts, published


def test_every_event_has_its_entry_and_no_entry_is_of_something_else() -> None:
    assert published() - set(REACTIONS) == set(), "enter these events in REACTIONS of kashcraft/wiring.py"
    assert set(REACTIONS) - published() == set(), "entries of classes that are no events"


def test_an_event_without_an_entry_keeps_the_shop_from_starting(app: Flask) -> None:
    missing = {kind: wired for kind, wired in REACTIONS.items() if kind is not OrderPlaced}

    with pytest.raises(LookupError, match=r"events without an entry in wiring\.py: OrderPlaced"):
        bus.connect(missing, published())
    bus.connect(REACTIONS, published())


def test_every_task_that_is_scheduled_or_follows_an_event_is_known_by_its_name() -> None:
    load_parts()
    named = {schedule.task for schedule in SCHEDULES}
    named |= {task for wired in REACTIONS.values() for task in wired.after}

    assert {jobs.find(task.name) for task in named} == named


def test_a_schedule_stands_once() -> None:
    names = [schedule.task.name for schedule in SCHEDULES]

    assert len(names) == len(set(names))


def test_loading_the_parts_knows_every_table_of_every_package() -> None:
    load_parts()
    tables = set(Base.metadata.tables)

    assert {"outbox", "orders", "blog_posts", "waitlists", "size_guides", "picture_sources"} <= tables
