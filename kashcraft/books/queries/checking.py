"""A check of one stored figure against its ledger, as one statement over all rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from kashcraft.books.rules import Difference
from kashcraft.core import autocommit

# A column of units, points or minor units, and a statement of (subject, expected, found).
Column: TypeAlias = sa.SQLColumnExpression[int]
Figures: TypeAlias = sa.Select[Any, int, int]


@dataclass(frozen=True, slots=True)
class Check:
    """The name of a figure, and the statement of (subject, expected, found) for all its subjects.

    ``columns`` are the columns ("orders.subtotal") in which a wrong value makes a difference.
    """

    figure: str
    statement: Callable[[], Figures]
    columns: tuple[str, ...]


def list_check_differences(check: Check) -> list[Difference]:
    """Return the differences of one check. One statement."""
    figures = check.statement().subquery()
    subject, expected, found = figures.c[0], figures.c[1], figures.c[2]
    wrong = sa.select(subject, expected, found).where(expected != found).order_by(subject)
    return [Difference(check.figure, str(row[0]), int(row[1]), int(row[2])) for row in autocommit.rows(wrong)]


def whole(column: Column) -> sa.ColumnElement[int]:
    """Return a column of an outer join, with 0 for a missing row."""
    return sa.func.coalesce(column, 0)


def amount_in(data: sa.SQLColumnExpression[dict[str, Any]], name: str) -> sa.ColumnElement[int]:
    """Return the amount under a name in a JSON column, in 64 bits."""
    return sa.cast(data[name].as_string(), sa.BigInteger)


def share(part: Column, of: Column, whole_of: Column) -> sa.ColumnElement[int]:
    """Return ``of`` * ``part`` / ``whole_of``, rounded half up, and 0 if ``whole_of`` is 0."""
    rounded = (2 * of * part + whole_of) // (2 * whole_of)
    return sa.case((whole_of == 0, 0), else_=rounded)


def total(amount: Column) -> sa.ColumnElement[int]:
    """Return the sum of a column as an integer; PostgreSQL would return NUMERIC."""
    return sa.cast(sa.func.sum(amount), sa.BigInteger)


def sums(
    key: sa.SQLColumnExpression[Any], amount: Column, *conditions: sa.ColumnElement[bool]
) -> sa.Subquery:
    """Return a subquery of (key, amount): the sum of ``amount`` by ``key`` over the matching rows."""
    return (
        sa.select(key.label("key"), total(amount).label("amount")).where(*conditions).group_by(key).subquery()
    )
