"""A year of orders from a fixed seed: the same people buy the same things, counted back from today."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kashcraft.demo.rules.facts import Fate, Good, Plan, PlannedOrder, PlannedReview, ReviewText

SEED = 1873
DAY = 24 * 60
HOUR = 60
YEAR = 365 * DAY
# Orders with a fate of their own age; everything else lies between two weeks and a year back.
RECENT: tuple[tuple[Fate, tuple[int, ...]], ...] = (
    (Fate.PENDING, (6, 11, 17)),
    (Fate.DECLINED, (23,)),
    (Fate.PAID, tuple(HOUR * hours for hours in (1, 2, 4, 7, 11, 16, 21, 26))),
    (Fate.PROCESSING, tuple(HOUR * hours for hours in (20, 27, 31, 38, 44, 50, 58))),
    (Fate.SHIPPED, tuple(DAY * days + 137 * days for days in (3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 8))),
)
OLD: tuple[tuple[Fate, int], ...] = (
    (Fate.DELIVERED, 252),
    (Fate.EXPIRED, 12),
    (Fate.CANCELLED, 8),
    (Fate.CALLED_OFF, 7),
    (Fate.RETURNED, 5),
    (Fate.PART_RETURNED, 8),
)
GUESTS_SHARE = 0.14


@dataclass(slots=True)
class _Draft:
    """An order while it is made up; ``taken`` are the pages whose pieces are in it."""

    person: int
    is_guest: bool
    minutes_ago: int
    fate: Fate
    express: bool
    delivered_after: int
    lines: dict[str, int] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def finished(self) -> PlannedOrder:
        """Return the order with its lines."""
        return PlannedOrder(
            person=self.person,
            is_guest=self.is_guest,
            minutes_ago=self.minutes_ago,
            fate=self.fate,
            lines=tuple(self.lines.items()),
            express=self.express,
            delivered_after=self.delivered_after,
        )


def plan_year(*, customers: int, guests: int, goods: Sequence[Good], reviews: Sequence[ReviewText]) -> Plan:
    """Return the orders and reviews of a year.

    Every review is by a customer who had the piece delivered before, each customer reviews a piece once, and
    what is sold out today is in no order that gives its units back. Raises ValueError where the orders are
    too few for the reviews.
    """
    chance = random.Random(SEED)  # noqa: S311 - a made-up year has to be the same every time
    drafts = _drafts(chance, customers, guests)
    planned = _place_reviews(chance, drafts, goods, reviews)
    for draft in drafts:
        _fill(chance, draft, goods)
    orders = sorted((draft.finished() for draft in drafts), key=lambda order: -order.minutes_ago)
    return Plan(tuple(orders), tuple(sorted(planned, key=lambda review: -review.minutes_ago)))


def _drafts(chance: random.Random, customers: int, guests: int) -> list[_Draft]:
    fates = [(fate, age) for fate, ages in RECENT for age in ages]
    for fate, count in OLD:
        fates += [(fate, 14 * DAY + round((YEAR - 14 * DAY) * chance.random() ** 1.15)) for _ in range(count)]
    loyalty = [(rank + 6) ** -0.7 for rank in range(customers)]
    chance.shuffle(loyalty)
    drafts = []
    for fate, age in fates:
        is_guest = chance.random() < GUESTS_SHARE
        person = chance.randrange(guests) if is_guest else chance.choices(range(customers), loyalty)[0]
        express = chance.random() < 0.2
        transit = chance.randint(3, 5) if express else chance.randint(6, 11)
        drafts.append(
            _Draft(person, is_guest, age, fate, express, transit * DAY + chance.randrange(9 * HOUR))
        )
    return drafts


def _place_reviews(
    chance: random.Random, drafts: Sequence[_Draft], goods: Sequence[Good], reviews: Sequence[ReviewText]
) -> list[PlannedReview]:
    """Put every reviewed piece into a delivered order of somebody who has not reviewed it, with a date."""
    waiting = [draft for draft in drafts if draft.fate is Fate.DELIVERED and not draft.is_guest]
    written: set[tuple[int, str]] = set()
    planned = []
    for review in chance.sample(reviews, len(reviews)):
        chance.shuffle(waiting)
        waiting.sort(key=lambda draft: len(draft.lines))
        draft = next((draft for draft in waiting if _may_review(draft, review, written)), None)
        if draft is None:
            raise ValueError(f"no order is left for a review of {review.product}")
        written.add((draft.person, review.product))
        _add(chance, draft, [good for good in goods if good.product == review.product])
        delivered = draft.minutes_ago - draft.delivered_after
        ago = max(30, delivered - chance.randint(2 * HOUR, 25 * DAY))
        planned.append(PlannedReview(draft.person, ago, review))
    return planned


def _may_review(draft: _Draft, review: ReviewText, written: set[tuple[int, str]]) -> bool:
    fresh = review.product not in draft.taken and (draft.person, review.product) not in written
    return fresh and draft.minutes_ago - draft.delivered_after > DAY


def _fill(chance: random.Random, draft: _Draft, goods: Sequence[Good]) -> None:
    """Bring an order up to its size with pieces that existed then, cheap ones more often than dear ones."""
    wanted = chance.choices((1, 2, 3), (55, 30, 15))[0]
    least = 5 if draft.fate in (Fate.PENDING, Fate.DECLINED) else 1
    for _ in range(wanted - len(draft.lines)):
        fitting = [
            good
            for good in goods
            if good.product not in draft.taken
            and not good.is_gift_card
            and good.days_old * DAY > draft.minutes_ago
            and (good.stock >= least or not draft.fate.gives_back)
        ]
        _add(chance, draft, fitting)


def _add(chance: random.Random, draft: _Draft, goods: Sequence[Good]) -> None:
    weights = [1 / (good.price**0.8) for good in goods]
    good = chance.choices(goods, weights)[0]
    most = 3 if good.is_small and not good.is_gift_card else 1
    draft.lines[good.sku] = chance.choices(range(1, most + 1), (80, 15, 5)[:most])[0]
    draft.taken.add(good.product)


def units_sold(orders: Sequence[PlannedOrder], *, older_than: int = 0, up_to: int = YEAR * 2) -> Counter[str]:
    """Return the units by SKU that left the shelf for good in orders of an age, in minutes.

    What comes back counts as never sold, which is why an order that gives back takes nothing that is sold
    out. A partial return gives back one unit of the first line.
    """
    sold: Counter[str] = Counter()
    for order in orders:
        if not older_than <= order.minutes_ago < up_to:
            continue
        if order.fate is Fate.PART_RETURNED or not order.fate.gives_back:
            sold.update(dict(order.lines))
        if order.fate is Fate.PART_RETURNED:
            sold[order.lines[0][0]] -= 1
    return sold
