"""Services of the loyalty program. Each runs in the caller's transaction and locks the member's account
first.

Every operation has one entry in the ledger, so running it again changes nothing.
"""

from kashcraft.loyalty.services.bonuses import (
    adjust,
    award_birthday_points,
    award_due_birthdays,
    award_review,
    set_birthday,
)
from kashcraft.loyalty.services.emails import notify_of_expiry, send_tier_email
from kashcraft.loyalty.services.members import end_due_upgrades, ensure_tiers, expire_due, open_account
from kashcraft.loyalty.services.offers import OfferTerms, Prize, create_offer, edit_offer, switch_offer
from kashcraft.loyalty.services.purchases import Reversal, earn, return_points, reverse, spend
from kashcraft.loyalty.services.referrals import (
    mark_referral_joined,
    pay_referral,
    record_referral,
    reverse_referral,
)
from kashcraft.loyalty.services.rewards import (
    exchange,
    expire_rewards,
    grant_reward,
    redeem_reward,
    return_reward,
    start_upgrade,
)
from kashcraft.loyalty.services.tiers import TierNumbers, edit_tier, settle_tiers

__all__ = [
    "OfferTerms",
    "Prize",
    "Reversal",
    "TierNumbers",
    "adjust",
    "award_birthday_points",
    "award_due_birthdays",
    "award_review",
    "create_offer",
    "earn",
    "edit_offer",
    "edit_tier",
    "end_due_upgrades",
    "ensure_tiers",
    "exchange",
    "expire_due",
    "expire_rewards",
    "grant_reward",
    "mark_referral_joined",
    "notify_of_expiry",
    "open_account",
    "pay_referral",
    "record_referral",
    "redeem_reward",
    "return_points",
    "return_reward",
    "reverse",
    "reverse_referral",
    "send_tier_email",
    "set_birthday",
    "settle_tiers",
    "spend",
    "start_upgrade",
    "switch_offer",
]
