"""One figure against its ledger, as one set-based statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kashcraft.books.rules import Difference
from kashcraft.core import reading


@dataclass(frozen=True, slots=True)
class Check:
    """A ``book`` and the statement that gives (subject, expected, found) of each of its subjects."""

    book: str
    figures: Callable[[], sa.Select[Any, Any, Any]]


def run(check: Check) -> list[Difference]:
    """Return the subjects whose figure is not what is expected. One statement."""
    figures = check.figures().subquery()
    subject, expected, found = figures.c[0], figures.c[1], figures.c[2]
    wrong = sa.select(subject, expected, found).where(expected != found).order_by(subject)
    return [Difference(check.book, str(row[0]), int(row[1]), int(row[2])) for row in reading.rows(wrong)]


def whole(column: Any) -> sa.ColumnElement[int]:
    """Return a column of an outer join as a number: 0 where there is no row."""
    return sa.func.coalesce(column, 0)


def sums(key: Any, amount: Any, *conditions: sa.ColumnElement[bool]) -> sa.Subquery:
    """Return (key, amount): the sum of ``amount`` by ``key`` over the rows that meet the conditions."""
    return (
        sa.select(key.label("key"), sa.func.sum(amount).label("amount"))
        .where(*conditions)
        .group_by(key)
        .subquery()
    )
