"""Totals that grow: each row stands for many, which are deleted in the step that adds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from kashcraft.core.db import db, insert_into


def add_up(table: sa.Table, totals: Mapping[tuple[Any, ...], Mapping[str, int]]) -> None:
    """Add amounts by column to the rows of ``table`` that the keys name; a missing row begins with them.

    A key holds the primary key's values in the order of its columns; every key brings the same amounts. Rows
    are taken in the order of their keys, so two steps that add at the same moment never wait for each other.
    """
    if not totals:
        return
    key = [column.name for column in table.primary_key]
    rows = [{**dict(zip(key, place, strict=True)), **totals[place]} for place in sorted(totals)]
    start = insert_into(table)
    amounts = next(iter(totals.values()))
    grown = {name: table.c[name] + start.excluded[name] for name in amounts}
    db.session.execute(start.on_conflict_do_update(index_elements=key, set_=grown), rows)
