"""Rows that stay the same while a migration renames their table or column."""

from __future__ import annotations

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db
from tests.factories import rows

BEFORE_PLAIN_TABLE_NAMES = "6d2f08b4"


def test_renamed_table_and_column_keep_their_rows(empty: Flask) -> None:
    def stored(table: str, column: str) -> list[object]:
        actions = sa.select(sa.column("notes")).select_from(sa.table(table))
        notices = sa.select(sa.column(column)).select_from(sa.table("points_histories"))
        with db.engine.connect() as connection:
            return [*connection.scalars(actions), *connection.scalars(notices)]

    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        rows.insert(connection, "gift_card_actions", {"notes": "Stolen"})
        rows.insert(connection, "points_histories", {"expiry_notified_at": rows.NOW})
    before = stored("gift_card_actions", "expiry_notified_at")
    flask_migrate.downgrade(revision=BEFORE_PLAIN_TABLE_NAMES)

    assert before[0] == "Stolen"
    assert stored("gift_card_acts", "expiry_told_at") == before
    flask_migrate.upgrade()
    assert stored("gift_card_actions", "expiry_notified_at") == before
