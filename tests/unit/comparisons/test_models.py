"""Products and link of a saved comparison."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kashcraft.comparisons.models import SavedComparison, SavedComparisonItem
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from tests.factories.rows import add_row


def test_products_are_listed_and_counted() -> None:
    first, second = new_id(), new_id()
    saved = SavedComparison(
        items=[
            SavedComparisonItem(product_id=first, position=1),
            SavedComparisonItem(product_id=second, position=2),
        ]
    )
    assert saved.product_ids == [first, second]
    assert saved.product_count == 2


def test_a_comparison_is_public_while_it_has_a_link() -> None:
    saved = SavedComparison(share_token="shared")
    assert saved.is_public
    saved.share_token = None
    assert not saved.is_public


@pytest.mark.usefixtures("database")
def test_comparisons_are_deleted_with_the_account() -> None:
    with step() as session:
        add_row("saved_comparison_items")
        session.execute(sa.text("DELETE FROM users"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SavedComparisonItem)) == 0
