"""Record every row that is written on a SQLite connection, and write the same rows on another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kashcraft.core.db import Base
from kashcraft.core.reference_version import ReferenceVersion

# A trigger of the database raises this number when the rows change.
_LEFT_OUT = {ReferenceVersion.__tablename__}
_TABLE = "recorded_changes"
_FIRST = 2  # the columns before the values are kind and table

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One row that was inserted, updated or deleted: the SQL statement that repeats it, and its values."""

    kind: str
    statement: str
    values: Row


@dataclass(frozen=True, slots=True)
class _Columns:
    """The writable columns of a table, with the positions of its key and of its timestamps of updates."""

    table: str
    names: tuple[str, ...]
    key: tuple[int, ...]
    dates: frozenset[int]


def record(connection: Connection) -> None:
    """Record every row that is inserted, updated or deleted on ``connection`` from now on.

    Temporary triggers of the connection do it. So changes by the database itself are recorded, and changes
    that a savepoint rolls back are not.
    """
    known = _all_columns()
    width = max(len(columns.names) for columns in known.values())
    values = ", ".join(f"value{place}" for place in range(width))
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE {_TABLE} (place INTEGER PRIMARY KEY, kind, name, {values})"
    )
    for columns in known.values():
        for event, versions in (
            ("INSERT", [("insert", "NEW")]),
            ("UPDATE", [("before", "OLD"), ("update", "NEW")]),
            ("DELETE", [("delete", "OLD")]),
        ):
            body = " ".join(_insert_into_record(columns, kind, row) for kind, row in versions)
            connection.exec_driver_sql(
                f'CREATE TEMP TRIGGER "{columns.table}_{event}" AFTER {event} ON main."{columns.table}" '
                f"BEGIN {body} END"
            )


def _insert_into_record(columns: _Columns, kind: str, row: str) -> str:
    targets = ", ".join(f"value{place}" for place in range(len(columns.names)))
    values = ", ".join(f'{row}."{name}"' for name in columns.names)
    insert = f"INSERT INTO {_TABLE} (kind, name, {targets}) "
    return f"{insert} VALUES ('{kind}', '{columns.table}', {values});"


def recorded(connection: Connection) -> list[Change]:
    """Return the changes on ``connection`` since ``record``, in their order."""
    rows = connection.exec_driver_sql(f"SELECT * FROM {_TABLE} ORDER BY place")  # noqa: S608 - our own name
    return list(_changes(tuple(row[1:]) for row in rows))


def _changes(rows: Iterator[Row]) -> Iterator[Change]:
    known = _all_columns()
    for row in rows:
        kind, columns = row[0], known[row[1]]
        values = row[_FIRST : _FIRST + len(columns.names)]
        if kind == "insert":
            yield Change(kind, _insert(columns), values)
        elif kind == "delete":
            yield Change(kind, _delete(columns), tuple(values[place] for place in columns.key))
        else:
            after = next(rows)[_FIRST : _FIRST + len(columns.names)]
            changed = tuple(place for place, value in enumerate(values) if value != after[place])
            if changed:
                yield _changed(columns, values, after, changed)


def _changed(columns: _Columns, before: Row, after: Row, changed: tuple[int, ...]) -> Change:
    """Return an update of the columns that differ, which applies where they still have their old values.

    Values that others have written into other columns are not overwritten.
    """
    compared = tuple(place for place in changed if place not in columns.dates)
    values = (
        *(after[place] for place in changed),
        *(before[place] for place in (*columns.key, *compared)),
    )
    return Change("update", _update(columns, changed, compared), values)


@cache
def _insert(columns: _Columns) -> str:
    names = ", ".join(f'"{name}"' for name in columns.names)
    marks = ", ".join("?" for _ in columns.names)
    return f'INSERT INTO "{columns.table}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our own tables


@cache
def _delete(columns: _Columns) -> str:
    return f'DELETE FROM "{columns.table}" WHERE {_found(columns, columns.key)}'  # noqa: S608 - as above


@cache
def _update(columns: _Columns, changed: tuple[int, ...], compared: tuple[int, ...]) -> str:
    values = ", ".join(f'"{columns.names[place]}" = ?' for place in changed)
    found = _found(columns, (*columns.key, *compared))
    return f'UPDATE "{columns.table}" SET {values} WHERE {found}'  # noqa: S608 - as above


def _found(columns: _Columns, places: Sequence[int]) -> str:
    return " AND ".join(f'"{columns.names[place]}" IS ?' for place in places)


def write(changes: Sequence[Change], connection: Connection) -> bool:
    """Write the same rows on another connection, in their order, inside its transaction.

    Returns False where a row has other values than before the change; the caller then rolls back. References
    between rows are checked at the end of the transaction. Raises IntegrityError on a conflict with another
    row.
    """
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for alike in _alike(changes):
        statement, certain = alike[0].statement, alike[0].kind != "delete"
        written = connection.exec_driver_sql(statement, [change.values for change in alike])
        # A row that another transaction has deleted needs no second deletion.
        if certain and written.rowcount != len(alike):
            return False
    return True


def _alike(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield groups of changes that share a statement, in their order.

    Inserts that follow one another are sorted by table, because their order does not matter.
    """
    for kind, run in groupby(changes, key=lambda change: change.kind):
        if kind != "insert":
            for _, portion in groupby(run, key=lambda change: change.statement):
                yield list(portion)
            continue
        tables: dict[str, list[Change]] = {}
        for change in run:
            tables.setdefault(change.statement, []).append(change)
        yield from tables.values()


@cache
def _all_columns() -> dict[str, _Columns]:
    return {
        table.name: _columns_of(table) for table in Base.metadata.sorted_tables if table.name not in _LEFT_OUT
    }


def _columns_of(table: sa.Table) -> _Columns:
    written = [column for column in table.columns if column.computed is None]
    return _Columns(
        table.name,
        tuple(column.name for column in written),
        tuple(place for place, column in enumerate(written) if column.primary_key),
        frozenset(place for place, column in enumerate(written) if column.onupdate is not None),
    )
