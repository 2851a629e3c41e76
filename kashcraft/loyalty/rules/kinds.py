"""The kinds of entries, rewards, referrals and acts that the programme knows, as its tables keep them."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

# A value as the history of what staff did keeps it.
HistoryValue: TypeAlias = str | int | bool | None


class TierDelivery(StrEnum):
    """The best delivery that a tier has for nothing."""

    NONE = "none"
    STANDARD = "standard"
    EXPRESS = "express"


class PointsType(StrEnum):
    """What an entry of the ledger does."""

    EARN = "earn"
    REDEEM = "redeem"
    BONUS = "bonus"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    EXPIRATION = "expiration"


class SourceType(StrEnum):
    """The act that an entry comes from; ``source_id`` says which one (order, refund, lot, year ...).

    A refund takes points back that were earned; a redemption comes back when its order ends or is refunded.
    """

    PURCHASE = "purchase"
    SIGNUP = "signup"
    REFERRAL = "referral"
    REVIEW = "review"
    BIRTHDAY = "birthday"
    REFUND = "refund"
    REDEMPTION = "redemption"
    REWARD = "reward"
    LOT = "lot"
    STAFF = "staff"


class RewardType(StrEnum):
    """What a reward gives: an amount, delivery, a product, or months in the next tier."""

    DISCOUNT = "discount"
    FREE_SHIPPING = "free_shipping"
    FREE_ITEM = "free_item"
    VIP_UPGRADE = "vip_upgrade"


class RewardStatus(StrEnum):
    """Where a granted reward is."""

    AVAILABLE = "available"
    REDEEMED = "redeemed"
    EXPIRED = "expired"


class ReferralState(StrEnum):
    """How far a friend has come: account opened by the link, address proven, bought; or it does not count."""

    INVITED = "invited"
    JOINED = "joined"
    REWARDED = "rewarded"
    VOID = "void"


class ProgrammeChangeKind(StrEnum):
    """What staff did to a tier, an offer, or a member's reward."""

    CREATED = "created"
    CHANGED = "changed"
    GRANTED = "granted"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
