"""Each CHECK and each unique constraint or index refuses, by its own name, what it is there to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from kashcraft.core.db import Base, db
from tests.factories import rows
from tests.unit.test_constraints import around_products, ledgers, orders, people_and_catalogue
from tests.unit.test_constraints.attempts import Attempt

# Rows that refer to themselves or to two parents of one kind are written out below.
BY_HAND = {
    "ck_categories_parent",
    "ck_related_products_itself",
    "ck_points_lot_uses_lot",
    "ck_referrals_oneself",
}


def registered(*modules: ModuleType) -> list[Attempt]:
    """Return the attempts of the lists in these modules."""
    return [
        attempt
        for module in modules
        for name, attempts in vars(module).items()
        if name.isupper() and isinstance(attempts, list)
        for attempt in attempts
    ]


ATTEMPTS = registered(people_and_catalogue, orders, ledgers, around_products)
PARTIAL = [attempt for attempt in ATTEMPTS if attempt.apart is not None]


@pytest.fixture
def connection(shop: Flask) -> Iterator[Connection]:
    """A transaction on the migrated database that is taken back afterwards."""
    with shop.app_context(), db.engine.connect() as open_connection:
        yield open_connection
        open_connection.rollback()


def write(connection: Connection, attempt: Attempt) -> dict[str, Any]:
    """Write the rows of an attempt but the last, and return that one."""
    *before, last = attempt.rows
    written = [rows.insert(connection, attempt.table, row) for row in before]
    return last | {column: written[0][column] for column in attempt.same}


def assert_refused(connection: Connection, table: str, row: dict[str, Any], constraint: str) -> None:
    """Assert that the database refuses the row and names the constraint as its reason."""
    with pytest.raises(sa.exc.IntegrityError) as caught:
        rows.insert(connection, table, row)
    reason: Any = caught.value.orig
    if connection.dialect.name == "postgresql":
        assert reason.diag.constraint_name == constraint
    else:
        assert str(reason) == sqlite_message(Base.metadata.tables[table], constraint)


def sqlite_message(table: sa.Table, constraint: str) -> str:
    """Return how SQLite words the refusal: a CHECK by its name, a unique constraint by its columns."""
    if constraint.startswith("ck_"):
        return f"CHECK constraint failed: {constraint}"
    columns = next(item.columns for item in (*table.constraints, *table.indexes) if item.name == constraint)
    return "UNIQUE constraint failed: " + ", ".join(f"{table.name}.{column.name}" for column in columns)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_is_refused(connection: Connection, attempt: Attempt) -> None:
    last = write(connection, attempt)
    assert_refused(connection, attempt.table, last, attempt.constraint)


@pytest.mark.parametrize("attempt", PARTIAL, ids=str)
def test_a_partial_index_leaves_the_other_rows_alone(connection: Connection, attempt: Attempt) -> None:
    last = write(connection, attempt)
    rows.insert(connection, attempt.table, last | (attempt.apart or {}))


def test_a_category_is_not_its_own_parent(connection: Connection) -> None:
    itself = rows.new_id()
    row = {"id": itself, "parent_id": itself}
    assert_refused(connection, "categories", row, "ck_categories_parent")


def test_a_product_is_not_related_to_itself(connection: Connection) -> None:
    product = rows.insert(connection, "products", {})["id"]
    row = {"product_id": product, "related_id": product}
    assert_refused(connection, "related_products", row, "ck_related_products_itself")


def test_a_redemption_is_not_its_own_lot(connection: Connection) -> None:
    entry = rows.insert(connection, "points_histories", {})["id"]
    row = {"redemption_id": entry, "lot_id": entry}
    assert_refused(connection, "points_lot_uses", row, "ck_points_lot_uses_lot")


def test_nobody_is_their_own_friend(connection: Connection) -> None:
    member = rows.insert(connection, "loyalty_accounts", {})["user_id"]
    row = {"referrer_id": member, "referred_id": member}
    assert_refused(connection, "referrals", row, "ck_referrals_oneself")


def test_every_constraint_of_the_models_is_attempted() -> None:
    kinds = (sa.CheckConstraint, sa.UniqueConstraint)
    existing = {
        str(item.name)
        for table in Base.metadata.tables.values()
        for item in (*table.constraints, *table.indexes)
        if isinstance(item, kinds) or getattr(item, "unique", False)
    }
    attempted = {attempt.constraint for attempt in ATTEMPTS} | BY_HAND
    assert existing - attempted == set(), (
        "add refused(..) or twice(..) for each to a list in one of the files of this folder; a row that needs"
        " more than its types gets values in VALID of tests/factories/rows.py"
    )
    assert attempted - existing == set(), "attempts at constraints that there are not"


def test_every_partial_unique_index_says_what_it_leaves_alone() -> None:
    partial = {
        index.name
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if index.unique and index.dialect_options["postgresql"].get("where") is not None
    }
    assert partial == {attempt.constraint for attempt in PARTIAL}


def test_partial_indexes_are_the_same_on_both_databases() -> None:
    for table in Base.metadata.tables.values():
        for index in table.indexes:
            conditions = [index.dialect_options[name].get("where") for name in ("sqlite", "postgresql")]
            assert str(conditions[0]) == str(conditions[1]), index.name
