"""Statements that are built only once, because building one on a busy path costs as much as running it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict

from kashcraft.core.db import Base, connection_of_step, db, insert_into, table_of

P = ParamSpec("P")
S = TypeVar("S")
Entity = TypeVar("Entity", bound=Base)


def per_dialect(build: Callable[P, S]) -> Callable[P, S]:
    """Return ``build`` with its statements cached by database dialect and arguments.

    For statements with ``insert_into``, which differ between SQLite and PostgreSQL. Arguments must be
    hashable and few, because cached statements are never removed; values are passed as bind parameters.
    """
    statements: dict[Hashable, S] = {}

    @wraps(build)
    def statement(*args: P.args, **named: P.kwargs) -> S:
        key = (db.engine.dialect.name, args, tuple(named.items()))
        found = statements.get(key)
        if found is None:
            found = statements[key] = build(*args, **named)
        return found

    return statement


def run(
    statement: sa.Executable, parameters: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None
) -> sa.CursorResult[*tuple[Any, ...]]:
    """Execute a Core statement in the current step, on its connection and without the session.

    For statements on busy paths that load no objects. Raises RuntimeError outside of a step.
    """
    return connection_of_step().execute(statement, parameters)


def insert_if_absent(
    entity: type[Entity], values: Mapping[str, object], *, unique: tuple[str, ...]
) -> Entity | None:
    """Insert a row and return it, or None where a row with the same values of ``unique`` exists.

    The unique index of these columns decides: a concurrent transaction for the same values waits until this
    one ends. One statement. The row has the values that were given, among them its id; reading another column
    loads the row.
    """
    if run(_insertion(entity, tuple(values), unique), values).first() is None:
        return None
    row = entity()
    # Setting each attribute would note its change for a flush that never comes.
    instance_dict(row).update(values)
    make_transient_to_detached(row)
    db.session.add(row)
    return row


@per_dialect
def _insertion(entity: type[Base], names: tuple[str, ...], unique: tuple[str, ...]) -> sa.Executable:
    table = table_of(entity)
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    inserted = insert_into(table).values(values).on_conflict_do_nothing(index_elements=unique)
    return inserted.returning(table.c.id)
