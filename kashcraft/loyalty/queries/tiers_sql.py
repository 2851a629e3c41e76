"""The tier of members as SQL expressions, for all members at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.core import autocommit, clock
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import LoyaltyAccount


@dataclass(frozen=True, slots=True)
class TierMoves:
    """The number of members who move to a higher and to a lower tier."""

    rise: int
    fall: int


def tier_index(terms: Sequence[rules.TierTerms]) -> sa.ColumnElement[int]:
    """Return the index, from 0, of the tier that a member has by these terms now, upgrades included."""
    places = sorted(((rules.LADDER.index(item.tier), item) for item in terms), reverse=True, key=_place)
    reached = [
        (
            sa.and_(
                LoyaltyAccount.total_points >= item.qualifying_points,
                LoyaltyAccount.total_spent >= item.net_spend,
            ),
            place,
        )
        for place, item in places
    ]
    earned = sa.case(*reached, else_=0) if reached else sa.literal(0)
    lifted = sa.and_(LoyaltyAccount.tier_lift_until > clock.now(), earned < len(rules.LADDER) - 1)
    return sa.case((lifted, earned + 1), else_=earned)


def is_stale(terms: Sequence[rules.TierTerms]) -> sa.ColumnElement[bool]:
    """Return whether the stored tier of an account differs from the tier that its figures reach."""
    stored = sa.case(
        *((LoyaltyAccount.current_tier == tier, place) for place, tier in enumerate(rules.LADDER)), else_=-1
    )
    return stored != tier_index(terms)


def get_tier_moves(now: Sequence[rules.TierTerms], then: Sequence[rules.TierTerms]) -> TierMoves:
    """Return how many members rise and fall if the requirements change from ``now`` to ``then``. One
    statement.
    """
    before, after = tier_index(now), tier_index(then)
    count = sa.func.count(LoyaltyAccount.id)
    row = autocommit.rows(sa.select(count.filter(after > before), count.filter(after < before)))[0]
    return TierMoves(rise=row[0], fall=row[1])


def _place(item: tuple[int, rules.TierTerms]) -> int:
    return item[0]
