"""Loyalty verbs. Each runs inside the caller's step and locks the member's account before anything else.

Every act has one entry in the ledger, so that making it again changes nothing.
"""

from kashcraft.loyalty.services.bonuses import adjust, award_review, birthday, birthdays_due, set_birthday
from kashcraft.loyalty.services.emails import send_tier_letter, tell_of_expiry
from kashcraft.loyalty.services.members import end_lifts, ensure_tiers, expire_due, open_account
from kashcraft.loyalty.services.offers import OfferTerms, Prize, create_offer, edit_offer, switch_offer
from kashcraft.loyalty.services.purchases import Reversal, earn, give_back, reverse, spend
from kashcraft.loyalty.services.referrals import mark_joined, pay_referral, refer, take_back_referral
from kashcraft.loyalty.services.rewards import (
    exchange,
    expire_rewards,
    give_back_reward,
    grant_reward,
    redeem_reward,
    start_upgrade,
)
from kashcraft.loyalty.services.tiers import TierNumbers, edit_tier, settle_tiers

__all__ = [
    "OfferTerms",
    "Prize",
    "Reversal",
    "TierNumbers",
    "adjust",
    "award_review",
    "birthday",
    "birthdays_due",
    "create_offer",
    "earn",
    "edit_offer",
    "edit_tier",
    "end_lifts",
    "ensure_tiers",
    "exchange",
    "expire_due",
    "expire_rewards",
    "give_back",
    "give_back_reward",
    "grant_reward",
    "mark_joined",
    "open_account",
    "pay_referral",
    "redeem_reward",
    "refer",
    "reverse",
    "send_tier_letter",
    "set_birthday",
    "settle_tiers",
    "spend",
    "start_upgrade",
    "switch_offer",
    "take_back_referral",
    "tell_of_expiry",
]
