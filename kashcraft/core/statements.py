"""Statements that are built only once, because building one on a busy path costs as much as running it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import sqlalchemy as sa

from kashcraft.core.db import Base, db, insert_into, table_of

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


def insert_if_absent(
    entity: type[Entity], values: Mapping[str, Any], *, unique: tuple[str, ...]
) -> Entity | None:
    """Insert a row and return it, or None where a row with the same values of ``unique`` exists.

    The unique index of these columns decides: a concurrent transaction for the same values waits until this
    one ends. One statement.
    """
    statement = _insertion(entity, tuple(values), unique)
    return cast("Entity | None", db.session.scalars(statement, dict(values)).one_or_none())


@per_dialect
def _insertion(entity: type[Base], names: tuple[str, ...], unique: tuple[str, ...]) -> sa.Executable:
    table = table_of(entity)
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    inserted = insert_into(table).values(values).on_conflict_do_nothing(index_elements=unique)
    return sa.select(entity).from_statement(inserted.returning(*table.c))
