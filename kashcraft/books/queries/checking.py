"""One figure against its ledger, as one set-based statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from kashcraft.books.rules import Difference
from kashcraft.core import autocommit

# A number of units, points or minor units, and the statement of (subject, expected, found).
Column: TypeAlias = sa.SQLColumnExpression[int]
Figures: TypeAlias = sa.Select[Any, int, int]


@dataclass(frozen=True, slots=True)
class Check:
    """A ``book`` and the statement that gives (subject, expected, found) of each of its subjects.

    ``proves`` are the columns ("orders.subtotal") in which a change by hand makes a difference.
    """

    book: str
    figures: Callable[[], Figures]
    proves: tuple[str, ...]


def list_wrong(check: Check) -> list[Difference]:
    """Return the subjects whose figure is not what is expected. One statement."""
    figures = check.figures().subquery()
    subject, expected, found = figures.c[0], figures.c[1], figures.c[2]
    wrong = sa.select(subject, expected, found).where(expected != found).order_by(subject)
    return [Difference(check.book, str(row[0]), int(row[1]), int(row[2])) for row in autocommit.rows(wrong)]


def whole(column: Column) -> sa.ColumnElement[int]:
    """Return a column of an outer join as a number: 0 where there is no row."""
    return sa.func.coalesce(column, 0)


def amount_in(data: sa.SQLColumnExpression[dict[str, Any]], name: str) -> sa.ColumnElement[int]:
    """Return the amount that a JSON column holds under a name, in 64 bits."""
    return sa.cast(data[name].as_string(), sa.BigInteger)


def share(part: Column, of: Column, whole_of: Column) -> sa.ColumnElement[int]:
    """Return ``of`` times ``part`` by ``whole_of``, rounded half up; nothing of nothing is nothing."""
    rounded = (2 * of * part + whole_of) // (2 * whole_of)
    return sa.case((whole_of == 0, 0), else_=rounded)


def total(amount: Column) -> sa.ColumnElement[int]:
    """Return the sum of a column as a whole number, which PostgreSQL makes a fraction's type."""
    return sa.cast(sa.func.sum(amount), sa.BigInteger)


def sums(
    key: sa.SQLColumnExpression[Any], amount: Column, *conditions: sa.ColumnElement[bool]
) -> sa.Subquery:
    """Return (key, amount): the sum of ``amount`` by ``key`` over the rows that meet the conditions."""
    return (
        sa.select(key.label("key"), total(amount).label("amount")).where(*conditions).group_by(key).subquery()
    )
