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
from kashcraft.loyalty.rules.words import (
    MONTHS,
    entry_words,
    multiplier_words,
    perks,
    upgrade_words,
    written_day,
)

__all__ = [
    "LADDER",
    "MONTHS",
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
    "entry_words",
    "is_at_least",
    "is_birthday",
    "mailbox",
    "months_later",
    "multiplier_words",
    "oldest_first",
    "perks",
    "progress",
    "projected_date",
    "refund_share",
    "risk_level",
    "same_person",
    "take",
    "tier_earned",
    "tier_held",
    "upgrade_words",
    "written_day",
]
