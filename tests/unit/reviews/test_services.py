"""Reviews in an erasure: they stay, without their author."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId
from kashcraft.core.personal_data import Individual
from kashcraft.reviews import services
from kashcraft.reviews.models import Review
from tests.factories.people import person
from tests.factories.rows import add_row


def test_a_review_stays_without_its_author(database: Flask) -> None:
    user_id = UserId(person())
    with step():
        add_row("reviews", user_id=user_id, rating=5, title="Warm", author_name="Ada")

    with step():
        services.erase_personal_data(person=Individual(email="ada@shop.example", user_id=user_id))

    review = db.session.scalars(sa.select(Review)).one()
    assert (review.user_id, review.author_name, review.rating, review.title) == (None, "", 5, "Warm")
