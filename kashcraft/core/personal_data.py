"""What the features know about a person: exported on request, and erased.

Each feature says by a ``Reach`` in ``wiring.py`` which columns name people, and has two functions: one
returns what it stores about a person, the other deletes or anonymizes it. A test fails for a column that
names people and that no reach contains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core.db import db, in_a_step
from kashcraft.core.email_addresses import mailbox, normalized_address
from kashcraft.core.ids import UserId

# Rows of one table, with plain values by column.
Rows = list[dict[str, object]]
Export = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Individual:
    """A customer with an account, or a guest: who is known by the e-mail address alone."""

    email: str
    user_id: UserId | None = None

    @property
    def email_key(self) -> str:
        """Return the address as orders and accounts are compared by."""
        return normalized_address(self.email)

    @property
    def mailbox_key(self) -> str:
        """Return the mailbox of the address, by which customers are counted."""
        return mailbox(self.email)

    def owns(
        self,
        user_column: sa.SQLColumnExpression[UserId | None],
        key_column: sa.SQLColumnExpression[str | None],
    ) -> sa.ColumnElement[bool]:
        """Return the condition that a row is the person's: by account, or by e-mail key where it has none."""
        as_guest = sa.and_(user_column.is_(None), key_column == self.email_key)
        return as_guest if self.user_id is None else sa.or_(user_column == self.user_id, as_guest)


class KnowsPeople(Protocol):
    """The module of a feature with its two functions."""

    def export_personal_data(self, *, person: Individual) -> Export:
        """Return what the feature stores about a person, by a word for each kind of rows."""

    def erase_personal_data(self, *, person: Individual) -> object:
        """Delete or anonymize it, in a step; raise DomainError where something has to end first."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A feature that exports and erases, and the columns of its that name people: ``table.column``."""

    feature: KnowsPeople
    columns: tuple[str, ...]


_reaches: dict[str, Reach] = {}


def connect(reaches: Mapping[str, Reach]) -> None:
    """Install the reach of each feature, in the order in which they erase."""
    _reaches.clear()
    _reaches.update(reaches)


def export(person: Individual) -> dict[str, Rows]:
    """Return everything that the shop stores about a person, by feature and kind of rows.

    Kinds without rows are left out. Amounts are minor units, times ISO 8601 in UTC.
    """
    found: dict[str, Rows] = {}
    for feature, reach in _reaches.items():
        for kind, rows in reach.feature.export_personal_data(person=person).items():
            if rows:
                found[f"{feature}: {kind}"] = rows
    return found


def erase(person: Individual) -> None:
    """Delete what the shop stores about a person, and anonymize what the law has it keep.

    Orders, ledgers and counters stay without a name. Raises DomainError where something has to end first
    (an unfinished order, a role of staff), and RuntimeError outside of a step.
    """
    if not in_a_step():
        raise RuntimeError("a person is erased in a step")
    for reach in _reaches.values():
        reach.feature.erase_personal_data(person=person)


def list_reached_columns() -> set[str]:
    """Return the columns that some feature reaches, as ``table.column``."""
    return {column for reach in _reaches.values() for column in reach.columns}


def read_rows(statement: sa.Select[*tuple[object, ...]]) -> Rows:
    """Return the rows of a statement as plain values by column, as JSON stores them. One statement."""
    found = db.session.execute(statement).mappings()
    return [{str(name): plain_value(value) for name, value in row.items()} for row in found]


def plain_value(value: object) -> object:
    """Return a value of a column as JSON stores it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date | UUID):
        return str(value)
    return value


def run_erasures(*statements: sa.Executable) -> None:
    """Run statements that erase, and have loaded objects read again."""
    for statement in statements:
        db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()
