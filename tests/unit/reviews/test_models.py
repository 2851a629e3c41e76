"""Reviews after the deletion of their author or product."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kashcraft.core.db import db, step
from kashcraft.reviews.models import Review, ReviewStatus
from tests.factories.rows import add_row

pytestmark = pytest.mark.usefixtures("database")


def test_a_review_is_pending_first_and_stays_without_its_author() -> None:
    with step() as session:
        add_row("reviews", user_id=add_row("users"), rating=4)
        session.execute(sa.text("DELETE FROM users"))
    review = db.session.scalars(sa.select(Review)).one()
    assert (review.user_id, review.rating, review.status) == (None, 4, ReviewStatus.PENDING)


def test_a_review_is_deleted_with_its_product() -> None:
    with step() as session:
        add_row("reviews")
        session.execute(sa.text("DELETE FROM products"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Review)) == 0
