"""Reads of reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.core import autocommit
from kashcraft.core.ids import ProductId
from kashcraft.reviews.models import Review, ReviewStatus


@dataclass(frozen=True, slots=True)
class PublishedReview:
    """A review for the product page."""

    rating: int
    title: str
    body: str
    author_name: str
    verified_purchase: bool
    published_at: datetime | None
    staff_reply: str | None


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """The scores of a product, counted from five stars to one in ``spread``, and its ``latest`` reviews."""

    spread: tuple[int, int, int, int, int]
    latest: Sequence[PublishedReview]

    @property
    def count(self) -> int:
        """Return the number of reviews."""
        return sum(self.spread)

    @property
    def average(self) -> float | None:
        """Return the average score, None without reviews."""
        total = sum(score * count for score, count in zip((5, 4, 3, 2, 1), self.spread, strict=True))
        return total / self.count if self.count else None

    def rows(self) -> list[tuple[int, int, int]]:
        """Return (score, count, whole percent) from five stars to one."""
        return [
            (score, count, round(100 * count / self.count) if self.count else 0)
            for score, count in zip((5, 4, 3, 2, 1), self.spread, strict=True)
        ]


# Built once, because every product page reads it: its five window functions take longer to build than to run.
_SUMMARY = (
    sa.select(
        Review.rating,
        Review.title,
        Review.body,
        Review.author_name,
        Review.verified_purchase,
        Review.published_at,
        Review.staff_reply,
        *(sa.func.count().filter(Review.rating == score).over() for score in (5, 4, 3, 2, 1)),
    )
    .where(Review.product_id == sa.bindparam("product_id"), Review.status == ReviewStatus.PUBLISHED)
    .order_by(Review.published_at.desc(), Review.id.desc())
    .limit(sa.bindparam("latest", type_=sa.Integer()))
)


def get_summary(product_id: ProductId, *, latest: int = 10) -> ReviewSummary:
    """Return the scores of a product's published reviews and the ``latest`` ones, in one statement."""
    rows = autocommit.rows(_SUMMARY, {"product_id": product_id, "latest": latest})
    if not rows:
        return ReviewSummary((0, 0, 0, 0, 0), ())
    five, four, three, two, one = rows[0][7:]
    return ReviewSummary((five, four, three, two, one), [PublishedReview(*row[:7]) for row in rows])
