"""What follows from a member's figures alone. Points are whole, amounts minor units, times aware."""

from kashcraft.loyalty.rules.dates import birthdays_on, is_birthday, months_later
from kashcraft.loyalty.rules.lots import (
    Lot,
    Return,
    Take,
    Use,
    after_debt,
    after_taking,
    come_back,
    oldest_first,
    take,
)
from kashcraft.loyalty.rules.people import mailbox, same_person
from kashcraft.loyalty.rules.shares import cumulative_share, refund_share
from kashcraft.loyalty.rules.standing import (
    AT_RISK_AFTER,
    INACTIVE_AFTER,
    LADDER,
    Progress,
    RiskLevel,
    Tier,
    TierTerms,
    is_at_least,
    progress,
    projected_date,
    risk_level,
    tier_earned,
    tier_held,
)

__all__ = [
    "AT_RISK_AFTER",
    "INACTIVE_AFTER",
    "LADDER",
    "Lot",
    "Progress",
    "Return",
    "RiskLevel",
    "Take",
    "Tier",
    "TierTerms",
    "Use",
    "after_debt",
    "after_taking",
    "birthdays_on",
    "come_back",
    "cumulative_share",
    "is_at_least",
    "is_birthday",
    "mailbox",
    "months_later",
    "oldest_first",
    "progress",
    "projected_date",
    "refund_share",
    "risk_level",
    "same_person",
    "take",
    "tier_earned",
    "tier_held",
]
