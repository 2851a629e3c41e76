"""The jobs of search run until nothing is left to do."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.search import jobs
from kashcraft.search.models import SearchDaily, SearchHistory

# One more than a step takes.
MANY = 1001


def write(days: int, number: int = MANY) -> None:
    moment = clock.now() - timedelta(days=days, seconds=1)
    rows = [
        {
            "id": new_id(), "query": "shawl", "normalised_query": "shawl", "session_hash": "guest",
            "timestamp": moment,
        }
        for _ in range(number)
    ]  # fmt: skip
    with step():
        db.session.execute(sa.insert(SearchHistory), rows)


def count(*conditions: sa.ColumnElement[bool]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchHistory).where(*conditions)) or 0


def test_every_search_older_than_a_month_is_anonymised(database: Flask, frozen: FrozenClock) -> None:
    write(30)
    write(29, 2)
    jobs.anonymise_searches()
    jobs.anonymise_searches()

    assert count() == MANY + 2
    assert count(SearchHistory.session_hash.is_not(None)) == 2


def test_every_search_older_than_ninety_days_becomes_a_total(database: Flask, frozen: FrozenClock) -> None:
    write(90)
    write(89, 2)
    jobs.purge_searches()
    jobs.purge_searches()

    assert count() == 2
    assert db.session.execute(sa.select(SearchDaily.normalised_query, SearchDaily.searches)).all() == [
        ("shawl", MANY)
    ]
