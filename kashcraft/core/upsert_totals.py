"""Totals that replace many detailed rows, which are deleted in the same step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from kashcraft.core.db import db, insert_into


def add_up(table: sa.Table, totals: Mapping[tuple[Any, ...], Mapping[str, int]]) -> None:
    """Add amounts by column to the rows of ``table`` with these keys; a missing row is inserted.

    A key contains the values of the primary key in the order of its columns; every key has the same columns
    of amounts. Rows are locked in the order of their keys, so concurrent steps do not deadlock.
    """
    if not totals:
        return
    key = [column.name for column in table.primary_key]
    rows = [{**dict(zip(key, place, strict=True)), **totals[place]} for place in sorted(totals)]
    start = insert_into(table)
    amounts = next(iter(totals.values()))
    grown = {name: table.c[name] + start.excluded[name] for name in amounts}
    db.session.execute(start.on_conflict_do_update(index_elements=key, set_=grown), rows)
