"""Properties of a search, and its deletion."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.search.models import SearchClick, SearchHistory
from tests.factories.rows import NOW, add_row


def test_a_search_without_a_click_has_neither_product_nor_time() -> None:
    search = SearchHistory(result_count=0, clicks=[])
    assert not search.had_results
    assert (search.clicked_product, search.click_position, search.duration_seconds) == (None, None, None)


def test_the_first_click_counts() -> None:
    first, second = new_id(), new_id()
    search = SearchHistory(
        timestamp=NOW,
        result_count=12,
        clicks=[
            SearchClick(product_id=first, position=3, clicked_at=NOW + timedelta(seconds=8.9)),
            SearchClick(product_id=second, position=1, clicked_at=NOW + timedelta(seconds=40)),
        ],
    )
    assert search.had_results
    assert (search.clicked_product, search.click_position, search.duration_seconds) == (first, 3, 8)


@pytest.mark.usefixtures("database")
def test_a_search_stays_converted_after_its_order_is_deleted() -> None:
    with step() as session:
        search = SearchHistory(query="Shawl", normalised_query="shawl")
        session.add(search)
    assert search.converted_to_order is False
    with step() as session:
        order = add_row("orders")
        session.execute(sa.update(SearchHistory).values(order_id=order, converted_to_order=True))
        session.execute(sa.text("DELETE FROM orders"))
    row = db.session.execute(sa.select(SearchHistory.order_id, SearchHistory.converted_to_order)).one()
    assert tuple(row) == (None, True)


@pytest.mark.usefixtures("database")
def test_searches_are_deleted_with_the_person_and_clicks_with_the_search() -> None:
    with step() as session:
        search = add_row("search_histories", user_id=add_row("users"))
        add_row("search_clicks", search_id=search)
        session.execute(sa.text("DELETE FROM users"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchClick)) == 0
