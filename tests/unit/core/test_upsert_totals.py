"""Totals are inserted or increased."""

from __future__ import annotations

from typing import cast
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.blog.models import BlogViewMonth
from kashcraft.core.db import db, step
from kashcraft.core.upsert_totals import add_up
from tests.factories.rows import add_row

MONTHS = cast(sa.Table, BlogViewMonth.__table__)


def totals() -> dict[tuple[UUID, int, int], int]:
    return {(row.post_id, row.year, row.month): row.views for row in db.session.execute(sa.select(MONTHS))}


def test_a_missing_row_is_inserted_and_an_existing_one_increased(database: Flask) -> None:
    with step():
        post = add_row("blog_posts")
        add_up(MONTHS, {(post, 2025, 2): {"views": 5}, (post, 2025, 1): {"views": 3}})
    with step():
        add_up(MONTHS, {(post, 2025, 2): {"views": 10}, (post, 2024, 12): {"views": 1}})
    assert totals() == {(post, 2025, 1): 3, (post, 2025, 2): 15, (post, 2024, 12): 1}


def test_an_empty_total_changes_nothing(database: Flask) -> None:
    with step():
        add_up(MONTHS, {})
    assert totals() == {}
