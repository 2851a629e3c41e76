"""Searches are anonymised, then deleted; their totals stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.search import jobs, services
from kashcraft.search.models import SearchClick, SearchDaily, SearchHistory
from tests.factories.rows import add_row

SECOND = timedelta(seconds=1)
# The day of ``ago(91)``, on which nothing else of these tests happens.
DAY = date(2025, 12, 1)


def ago(days: int, more: timedelta = timedelta()) -> datetime:
    return clock.now() - timedelta(days=days) - more


def search(moment: datetime, words: str = "shawl", *, clicks: int = 0, **more: Any) -> UUID:
    """Write a search, and so many clicks on what it found; return its id."""
    made: UUID = add_row(
        "search_histories",
        **({"timestamp": moment, "normalised_query": words, "result_count": 3} | more),
    )
    for _ in range(clicks):
        add_row("search_clicks", search_id=made)
    return made


def who(made: UUID) -> tuple[Any, ...]:
    table = services.SEARCHES
    names = ("user_id", "session_hash", "order_id", "converted_to_order")
    return tuple(
        db.session.execute(sa.select(*(table.c[name] for name in names)).where(table.c.id == made)).one()
    )


def totals() -> dict[tuple[date, str, str], tuple[int, ...]]:
    """Return (searches, without results, corrected, clicked, clicks, converted) by day, kind and words."""
    return {
        (row.day, row.query_type, row.normalised_query): tuple(row)[3:]
        for row in db.session.execute(sa.select(services.DAILY))
    }


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_searches_are_anonymised_after_thirty_days(database: Flask, frozen: FrozenClock) -> None:
    old, young = ago(30, SECOND), ago(30)
    with step():
        user, order = add_row("users"), add_row("orders")
        member = search(old, user_id=user, clicks=2)
        bought = search(old, session_hash="today", order_id=order, converted_to_order=True)
        recent = search(young, user_id=user, session_hash="today", order_id=order, converted_to_order=True)
    for _ in range(2):
        jobs.anonymise_searches()
        assert who(member) == (None, None, None, False)
        assert who(bought) == (None, None, None, True)
        assert who(recent) == (user, "today", order, True)
        db.session.rollback()
    assert (count(SearchHistory), count(SearchClick), count(SearchDaily)) == (3, 2, 0)


def test_searches_become_totals_of_their_day_after_ninety_days(database: Flask, frozen: FrozenClock) -> None:
    old = ago(90, SECOND)
    with step():
        search(old, clicks=2, used_correction=True, converted_to_order=True)
        search(old, clicks=1)
        search(old, result_count=0)
        search(old - timedelta(days=1), query_type="category")
        search(old, "walnut box")
        search(ago(90), clicks=1)
    jobs.purge_searches()
    assert totals() == {
        (date(2025, 12, 2), "text", "shawl"): (3, 1, 1, 2, 3, 1),
        (date(2025, 12, 1), "category", "shawl"): (1, 0, 0, 0, 0, 0),
        (date(2025, 12, 2), "text", "walnut box"): (1, 0, 0, 0, 0, 0),
    }
    assert (count(SearchHistory), count(SearchClick)) == (1, 1)


def test_personal_queries_are_counted_without_their_words(database: Flask, frozen: FrozenClock) -> None:
    with step():
        for words in ("noor@kashcraft.example", "+1 212 555 0100", "shawl"):
            search(ago(91), words)
    jobs.purge_searches()
    assert totals() == {
        (DAY, "text", ""): (2, 0, 0, 0, 0, 0),
        (DAY, "text", "shawl"): (1, 0, 0, 0, 0, 0),
    }


def test_a_day_deleted_in_portions_has_one_total(database: Flask, frozen: FrozenClock) -> None:
    with step():
        for hour in range(8):
            search(ago(90) - timedelta(hours=hour), clicks=hour % 2)
    assert totals() == {}
    jobs.purge_searches()
    first = totals()
    assert first == {(date(2025, 12, 2), "text", "shawl"): (7, 0, 0, 4, 4, 0)}
    frozen.advance(seconds=1)
    for _ in range(2):
        jobs.purge_searches()
        assert totals() == {(date(2025, 12, 2), "text", "shawl"): (8, 0, 0, 4, 4, 0)}


def test_a_killed_run_continues_without_counting_twice(database: Flask, frozen: FrozenClock) -> None:
    with step():
        for _ in range(5):
            search(ago(91), clicks=1)
    with step():
        assert services.purge_searches(limit=2) == 2
    with pytest.raises(KeyboardInterrupt), step():
        assert services.purge_searches(limit=2) == 2
        raise KeyboardInterrupt
    assert (totals(), count(SearchHistory), count(SearchClick)) == (
        {(DAY, "text", "shawl"): (2, 0, 0, 2, 2, 0)},
        3,
        3,
    )
    jobs.purge_searches()
    assert (totals(), count(SearchHistory), count(SearchClick)) == (
        {(DAY, "text", "shawl"): (5, 0, 0, 5, 5, 0)},
        0,
        0,
    )


def test_days_are_in_the_time_zone_of_the_shop(
    database: Flask, frozen: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(database.config["SETTINGS"], shop_timezone="Asia/Kolkata")
    monkeypatch.setitem(database.config, "SETTINGS", settings)
    with step():
        for minute in (29, 30):
            search(datetime(2025, 11, 1, 18, minute, tzinfo=UTC))
    jobs.purge_searches()
    assert {day for day, _, _ in totals()} == {date(2025, 11, 1), date(2025, 11, 2)}
