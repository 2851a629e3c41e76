"""Loyalty as pages, checkout and staff read it."""

from kashcraft.loyalty.queries.dashboard import (
    Expiry,
    LedgerEntry,
    Offer,
    Referrals,
    Summary,
    expiring,
    ledger,
    offers,
    referrals,
    summary,
)
from kashcraft.loyalty.queries.members import all_offers, at_risk, members_by_tier, tiers, top_members
from kashcraft.loyalty.queries.proof import Difference, differences
from kashcraft.loyalty.queries.standing import Standing, TierRow, standing, standings
from kashcraft.loyalty.queries.terms import (
    HeldReward,
    held_rewards,
    points_terms,
    reward_terms,
    rewards,
    tier_perk,
)

__all__ = [
    "Difference",
    "Expiry",
    "HeldReward",
    "LedgerEntry",
    "Offer",
    "Referrals",
    "Standing",
    "Summary",
    "TierRow",
    "all_offers",
    "at_risk",
    "differences",
    "expiring",
    "held_rewards",
    "ledger",
    "members_by_tier",
    "offers",
    "points_terms",
    "referrals",
    "reward_terms",
    "rewards",
    "standing",
    "standings",
    "summary",
    "tier_perk",
    "tiers",
    "top_members",
]
