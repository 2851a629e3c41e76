"""The reviews of the demo shop and the ratings that they add up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from kashcraft.catalogue import services as catalogue
from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.ids import UserId
from kashcraft.demo.rules.input import Person, PlannedReview
from kashcraft.demo.services.catalogue import LoadedCatalogue
from kashcraft.loyalty import services as loyalty
from kashcraft.reviews.models import Review, ReviewStatus

PUBLISHED_AFTER = timedelta(hours=5)


def write_review(*, plan: PlannedReview, person: Person, user_id: UserId, loaded: LoadedCatalogue) -> Review:
    """Write a planned review and return it; a published one appears some hours after it was written."""
    status = ReviewStatus(plan.text.state)
    published = min(clock.now() + PUBLISHED_AFTER, clock.now() + timedelta(minutes=plan.minutes_ago - 1))
    review = Review(
        user_id=user_id,
        product_id=loaded.pages[plan.text.product].id,
        rating=plan.text.score,
        title=plan.text.title,
        body=plan.text.text,
        author_name=_short_name(person.name),
        verified_purchase=True,
        status=status,
        published_at=published if status is ReviewStatus.PUBLISHED else None,
    )
    db.session.add(review)
    if status is ReviewStatus.PUBLISHED:
        loyalty.award_review(user_id=user_id, product_id=review.product_id)
    return review


def rate_pages(reviews: Sequence[PlannedReview], loaded: LoadedCatalogue) -> None:
    """Store the number and the sum of the published scores of each product."""
    scores: Mapping[str, list[int]] = defaultdict(list)
    for review in reviews:
        if review.text.state == ReviewStatus.PUBLISHED:
            scores[review.text.product].append(review.text.score)
    for slug, values in sorted(scores.items()):
        catalogue.set_rating(product_id=loaded.pages[slug].id, count=len(values), total=sum(values))


def _short_name(name: str) -> str:
    first, *_, last = name.split()
    return f"{first} {last[0]}."
