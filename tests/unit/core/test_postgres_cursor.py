"""Results of PostgreSQL describe their columns when they are asked to."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db
from kashcraft.core.postgres_cursor import LateColumns, LateDescription

pytestmark = pytest.mark.parametrize(
    "shop", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def cursor_of(statement: str) -> Any:
    connection: Any = db.session.connection().connection.dbapi_connection
    cursor = connection.cursor()
    cursor.execute(statement)
    return cursor


def test_connections_of_the_shop_use_the_cursor(database: Flask) -> None:
    assert isinstance(cursor_of("SELECT 1"), LateDescription)


def test_columns_are_those_of_the_driver(database: Flask) -> None:
    cursor = cursor_of("SELECT 1 AS number, 'bowl'::varchar(40) AS name")
    columns = cursor.description

    assert isinstance(columns, LateColumns)
    assert len(columns) == 2
    assert [(column.name, column.type_display) for column in columns] == [
        ("number", "int4"),
        ("name", "varchar(40)"),
    ]
    assert (columns[1].name, [column.name for column in columns[:1]]) == ("name", ["number"])


def test_a_statement_without_columns_has_no_description(database: Flask) -> None:
    assert cursor_of("SET LOCAL work_mem = '4MB'").description is None
    assert list(db.session.execute(sa.text("SELECT 1 AS one")).keys()) == ["one"]
