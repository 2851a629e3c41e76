"""The migration that opens the histories of prices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db
from tests.factories import rows

BEFORE_PRICE_HISTORIES = "c2d71e08"


def test_histories_of_prices_begin_when_a_product_was_last_changed(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        for number, starts_at in enumerate(
            (None, rows.NOW - timedelta(minutes=5), rows.NOW + timedelta(minutes=5))
        ):
            sale = {"price": 100 + number, "sale_price": 80, "sale_starts_at": starts_at}
            rows.insert(connection, "products", {**sale, "updated_at": rows.NOW})
        rows.insert(connection, "products", {"kind": "family", "sku": None, "price": None})

    def query(columns: str) -> list[tuple[Any, ...]]:
        with db.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(columns))]

    flask_migrate.downgrade(revision=BEFORE_PRICE_HISTORIES)
    flask_migrate.upgrade()
    assert query("SELECT price, reference_price FROM products WHERE price IS NOT NULL ORDER BY price") == [
        (100, None), (101, None), (102, 102),
    ]  # fmt: skip
    opened = (
        "SELECT history.price, history.sale_price, products.updated_at = changed_at AND user_id IS NULL"
        " AND (history.sale_starts_at = products.sale_starts_at OR products.sale_starts_at IS NULL)"
        " FROM price_changes AS history JOIN products ON products.id = product_id ORDER BY history.price"
    )
    assert query(opened) == [(100, 80, True), (101, 80, True), (102, 80, True)]
