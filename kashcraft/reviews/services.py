"""Reviews in the export of personal data, and in an erasure: they stay, without their author."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.reviews.models import Review


def export_personal_data(*, person: Individual) -> Export:
    """Return the reviews of a person. One statement, none for a guest."""
    if person.user_id is None:
        return {}
    reviews = sa.select(
        Review.product_id, Review.rating, Review.title, Review.body, Review.author_name, Review.status,
        Review.created_at,
    )  # fmt: skip
    return {"reviews": read_rows(reviews.where(Review.user_id == person.user_id).order_by(Review.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Remove name and account from the reviews of a person."""
    if person.user_id is not None:
        anonymous = sa.update(Review).where(Review.user_id == person.user_id)
        run_erasures(anonymous.values(user_id=None, author_name=""))
