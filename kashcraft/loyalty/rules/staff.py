"""A member as lists of the back office show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kashcraft.core.ids import UserId
from kashcraft.loyalty.rules.tier_status import RiskLevel, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """A member in a list of staff.

    ``balance`` excludes expired points, ``tier`` is the stored one, ``total_spent`` is in minor units.
    ``last_purchase`` is None before the first purchase.
    """

    user_id: UserId
    name: str
    email: str
    tier: Tier
    balance: int
    total_points: int
    total_spent: int
    last_purchase: datetime | None
    risk: RiskLevel
