"""Plan a year of orders and reviews from a fixed seed; times count back from today."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kashcraft.demo.rules.input import (
    CatalogueItem,
    OrderOutcome,
    Plan,
    PlannedOrder,
    PlannedReview,
    ReviewText,
)

SEED = 1873
DAY = 24 * 60
HOUR = 60
YEAR = 365 * DAY
# Outcomes of recent orders with their ages in minutes; all others are two weeks to a year old.
RECENT: tuple[tuple[OrderOutcome, tuple[int, ...]], ...] = (
    (OrderOutcome.PENDING, (6, 11, 17)),
    (OrderOutcome.DECLINED, (23,)),
    (OrderOutcome.PAID, tuple(HOUR * hours for hours in (1, 2, 4, 7, 11, 16, 21, 26))),
    (OrderOutcome.PROCESSING, tuple(HOUR * hours for hours in (20, 27, 31, 38, 44, 50, 58))),
    (
        OrderOutcome.SHIPPED,
        tuple(DAY * days + 137 * days for days in (3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 8)),
    ),
)
OLD: tuple[tuple[OrderOutcome, int], ...] = (
    (OrderOutcome.DELIVERED, 252),
    (OrderOutcome.EXPIRED, 12),
    (OrderOutcome.CANCELLED, 8),
    (OrderOutcome.CANCELLED_AFTER_PAYMENT, 7),
    (OrderOutcome.RETURNED, 5),
    (OrderOutcome.PART_RETURNED, 8),
)
GUESTS_SHARE = 0.14


@dataclass(slots=True)
class _Draft:
    """An order that is being planned; ``products`` are the slugs of the products in it."""

    person: int
    is_guest: bool
    minutes_ago: int
    outcome: OrderOutcome
    express: bool
    delivered_after: int
    lines: dict[str, int] = field(default_factory=dict)
    products: set[str] = field(default_factory=set)

    def finished(self) -> PlannedOrder:
        """Return the planned order."""
        return PlannedOrder(
            person=self.person,
            is_guest=self.is_guest,
            minutes_ago=self.minutes_ago,
            outcome=self.outcome,
            lines=tuple(self.lines.items()),
            express=self.express,
            delivered_after=self.delivered_after,
        )


def plan_year(
    *, customers: int, guests: int, items: Sequence[CatalogueItem], reviews: Sequence[ReviewText]
) -> Plan:
    """Return the orders and reviews of a year.

    A customer reviews a product once, after its delivery. An item that is sold out today is in no order that
    returns its units. Raises ValueError where there are too few orders for the reviews.
    """
    chance = random.Random(SEED)  # noqa: S311 - the plan must always be the same
    drafts = _drafts(chance, customers, guests)
    planned = _place_reviews(chance, drafts, items, reviews)
    for draft in drafts:
        _fill(chance, draft, items)
    orders = sorted((draft.finished() for draft in drafts), key=lambda order: -order.minutes_ago)
    return Plan(tuple(orders), tuple(sorted(planned, key=lambda review: -review.minutes_ago)))


def _drafts(chance: random.Random, customers: int, guests: int) -> list[_Draft]:
    outcomes = [(outcome, age) for outcome, ages in RECENT for age in ages]
    for outcome, count in OLD:
        outcomes += [
            (outcome, 14 * DAY + round((YEAR - 14 * DAY) * chance.random() ** 1.15)) for _ in range(count)
        ]
    weights = [(rank + 6) ** -0.7 for rank in range(customers)]
    chance.shuffle(weights)
    drafts = []
    for outcome, age in outcomes:
        is_guest = chance.random() < GUESTS_SHARE
        person = chance.randrange(guests) if is_guest else chance.choices(range(customers), weights)[0]
        express = chance.random() < 0.2
        transit = chance.randint(3, 5) if express else chance.randint(6, 11)
        drafts.append(
            _Draft(person, is_guest, age, outcome, express, transit * DAY + chance.randrange(9 * HOUR))
        )
    return drafts


def _place_reviews(
    chance: random.Random,
    drafts: Sequence[_Draft],
    items: Sequence[CatalogueItem],
    reviews: Sequence[ReviewText],
) -> list[PlannedReview]:
    """Add each reviewed product to a delivered order of a customer who has not reviewed it, and date it."""
    waiting = [draft for draft in drafts if draft.outcome is OrderOutcome.DELIVERED and not draft.is_guest]
    reviewed: set[tuple[int, str]] = set()
    planned = []
    for review in chance.sample(reviews, len(reviews)):
        chance.shuffle(waiting)
        waiting.sort(key=lambda draft: len(draft.lines))
        draft = next((draft for draft in waiting if _may_review(draft, review, reviewed)), None)
        if draft is None:
            raise ValueError(f"no order is left for a review of {review.product}")
        reviewed.add((draft.person, review.product))
        _add(chance, draft, [item for item in items if item.product == review.product])
        delivered = draft.minutes_ago - draft.delivered_after
        ago = max(30, delivered - chance.randint(2 * HOUR, 25 * DAY))
        planned.append(PlannedReview(draft.person, ago, review))
    return planned


def _may_review(draft: _Draft, review: ReviewText, reviewed: set[tuple[int, str]]) -> bool:
    fresh = review.product not in draft.products and (draft.person, review.product) not in reviewed
    return fresh and draft.minutes_ago - draft.delivered_after > DAY


def _fill(chance: random.Random, draft: _Draft, items: Sequence[CatalogueItem]) -> None:
    """Add products that existed at its time to an order, cheap ones more often than expensive ones."""
    wanted = chance.choices((1, 2, 3), (55, 30, 15))[0]
    least = 5 if draft.outcome in (OrderOutcome.PENDING, OrderOutcome.DECLINED) else 1
    for _ in range(wanted - len(draft.lines)):
        fitting = [
            item
            for item in items
            if item.product not in draft.products
            and not item.is_gift_card
            and item.days_old * DAY > draft.minutes_ago
            and (item.stock >= least or not draft.outcome.returns_units)
        ]
        _add(chance, draft, fitting)


def _add(chance: random.Random, draft: _Draft, items: Sequence[CatalogueItem]) -> None:
    weights = [1 / (item.price**0.8) for item in items]
    item = chance.choices(items, weights)[0]
    most = 3 if item.is_small and not item.is_gift_card else 1
    draft.lines[item.sku] = chance.choices(range(1, most + 1), (80, 15, 5)[:most])[0]
    draft.products.add(item.product)


def units_sold(orders: Sequence[PlannedOrder], *, older_than: int = 0, up_to: int = YEAR * 2) -> Counter[str]:
    """Return the units by SKU that orders of an age (in minutes) sold and that were not returned.

    A partial return returns one unit of the first line.
    """
    sold: Counter[str] = Counter()
    for order in orders:
        if not older_than <= order.minutes_ago < up_to:
            continue
        if order.outcome is OrderOutcome.PART_RETURNED or not order.outcome.returns_units:
            sold.update(dict(order.lines))
        if order.outcome is OrderOutcome.PART_RETURNED:
            sold[order.lines[0][0]] -= 1
    return sold
