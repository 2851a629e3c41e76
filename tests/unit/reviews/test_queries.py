"""The scores of a product and its newest reviews; only published ones count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.reviews import queries
from kashcraft.reviews.models import Review
from kashcraft.reviews.queries import ReviewSummary
from tests.factories.catalogue import PUBLISHED, make_product, make_review


def test_scores_are_counted_from_five_stars_to_one(database: Flask) -> None:
    shawl, bowl = make_product(), make_product()
    for rating in (5, 5, 4, 1):
        make_review(shawl, rating)
    make_review(shawl, 2, published=False)
    make_review(bowl, 3)

    found = queries.get_summary(shawl.id)

    assert (found.spread, found.count, found.average) == ((2, 1, 0, 0, 1), 4, 3.75)
    assert len(found.latest) == 4


def test_the_newest_reviews_come_first_and_all_are_counted(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    shawl = make_product()
    for days, text in enumerate(["newest", "older", "oldest"]):
        review = make_review(shawl, body=text)
        with step():
            moment = PUBLISHED - timedelta(days=days)
            db.session.execute(sa.update(Review).where(Review.id == review.id).values(published_at=moment))

    shawl_id = shawl.id
    with count_statements() as seen:
        found = queries.get_summary(shawl_id, latest=2)

    assert [review.body for review in found.latest] == ["newest", "older"]
    assert (found.count, len(seen)) == (3, 1)


def test_a_product_without_reviews_has_no_average(database: Flask) -> None:
    found = queries.get_summary(make_product().id)

    assert (found.count, found.average, list(found.latest)) == (0, None, [])


@pytest.mark.parametrize(
    ("spread", "percents"),
    [
        ((0, 0, 0, 0, 0), [0, 0, 0, 0, 0]),
        ((1, 0, 0, 0, 2), [33, 0, 0, 0, 67]),
        ((7, 0, 0, 0, 0), [100, 0, 0, 0, 0]),
    ],
)
def test_each_score_has_its_share_in_whole_percents(
    spread: tuple[int, int, int, int, int], percents: list[int]
) -> None:
    rows = ReviewSummary(spread, ()).rows()

    assert [score for score, _, _ in rows] == [5, 4, 3, 2, 1]
    assert [count for _, count, _ in rows] == list(spread)
    assert [percent for _, _, percent in rows] == percents
