"""How an attempt to break a constraint is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Attempt:
    """Rows of one table, the last of which the named constraint refuses; all share the columns ``same``.

    ``apart`` is what the last row carries when a partial index is not to hold for it.
    """

    table: str
    constraint: str
    rows: tuple[dict[str, Any], ...]
    same: tuple[str, ...] = ()
    apart: dict[str, Any] | None = None

    def __str__(self) -> str:
        """Return the constraint's name, by which the test is called."""
        return self.constraint


def refused(table: str, check: str, **row: Any) -> Attempt:
    """Return the attempt to write a row that the CHECK ``check`` of the table forbids."""
    return Attempt(table, f"ck_{table}_{check}", (row,))


def unknown(table: str, *columns: str) -> list[Attempt]:
    """Return the attempts to write a word that is in the vocabulary of none of the columns."""
    return [refused(table, column, **{column: "nonsense"}) for column in columns]


def twice(table: str, *same: str, name: str = "", apart: dict[str, Any] | None = None, **row: Any) -> Attempt:
    """Return the attempt to write two rows that have the columns ``same`` in common, and ``row`` besides."""
    return Attempt(table, f"uq_{table}_{name or '_'.join(same)}", (row, row), same, apart)
