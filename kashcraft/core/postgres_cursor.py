"""Cursors of PostgreSQL connections, which describe the columns of a result only when they are asked to.

Nothing here imports the driver, which shops on SQLite do not need.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Protocol


class _Result(Protocol):
    """A result of the driver."""

    nfields: int


class LateColumns:
    """The columns of a result, described at their first use.

    SQLAlchemy asks every result whether it has columns, and reads them only for the first result of a
    statement. Describing three dozen columns takes longer than sending the statement.
    """

    def __init__(self, cursor: LateDescription, count: int) -> None:
        self._cursor = cursor
        self._count = count

    def __len__(self) -> int:
        """Return the number of columns."""
        return self._count

    def __iter__(self) -> Iterator[object]:
        """Return an iterator of the columns."""
        return iter(self._cursor.describe())

    def __getitem__(self, place: int | slice) -> object:
        """Return a column, or several ones for a slice."""
        return self._cursor.describe()[place]


class LateDescription:
    """The part of a cursor class that replaces the driver's ``description``."""

    pgresult: _Result | None

    @property
    def description(self) -> LateColumns | None:
        """Return the columns of the current result, None where it has none."""
        result = self.pgresult
        return LateColumns(self, result.nfields) if result and result.nfields else None

    def describe(self) -> Sequence[object]:
        """Return the columns as the driver describes them."""
        columns: Sequence[object] = super().description  # type: ignore[misc]
        return columns


@cache
def with_late_description(cursor_class: type[object]) -> type[object]:
    """Return a class of the driver's cursors whose ``description`` costs nothing until it is read."""
    return type("LateCursor", (LateDescription, cursor_class), {})
