"""Column types that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column

from kashcraft.core import clock
from kashcraft.core.ids import new_id


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment with a time zone in Python, stored in UTC (on SQLite without the offset)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC as the database stores it. Raises ValueError for one without time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the stored moment with time zone UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Id = Annotated[UUID, mapped_column(sa.Uuid(), primary_key=True, default=new_id)]
Minor = Annotated[int, mapped_column(sa.BigInteger())]
# An integer of 64 bits; SQLite's INTEGER has 64 bits, too.
Whole = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"))]
Currency = Annotated[str, mapped_column(sa.String(3))]
CreatedAt = Annotated[datetime, mapped_column(UtcDateTime(), default=clock.now)]
UpdatedAt = Annotated[datetime, mapped_column(UtcDateTime(), default=clock.now, onupdate=clock.now)]


def primary_key() -> Any:
    """Return the column of a row's id, which is created with the row; its annotation gives the kind of id."""
    return mapped_column(sa.Uuid(), primary_key=True, default=new_id)


def enum_column(kind: type[StrEnum], name: str, **options: Any) -> Any:
    """Return a text column for the values of ``kind``, with a CHECK constraint called ``name``."""
    return mapped_column(enum_type(kind, name), **options)


def enum_type(kind: type[StrEnum], name: str) -> sa.Enum:
    """Return the type of ``enum_column``: text of 24 characters with a CHECK constraint."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


def read_json(stored: str | bytes | float) -> object:
    """Return the value of a JSON column as the database sends it.

    Most columns of a list of products are an empty list or mapping, which need no parser. SQLite sends a
    number as a number. Raises ValueError.
    """
    if isinstance(stored, int | float):
        return stored
    text = stored if isinstance(stored, str) else bytes(stored).decode()
    if text == "[]":
        return []
    if text == "{}":
        return {}
    return json.loads(text)
