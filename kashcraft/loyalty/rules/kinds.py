"""The types of ledger entries, rewards, referrals and changes, as they are stored."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

# A value as the history of changes stores it.
HistoryValue: TypeAlias = str | int | bool | None


class TierDelivery(StrEnum):
    """The best delivery that a tier includes."""

    NONE = "none"
    STANDARD = "standard"
    EXPRESS = "express"


class PointsType(StrEnum):
    """The type of a ledger entry."""

    EARN = "earn"
    REDEEM = "redeem"
    BONUS = "bonus"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    EXPIRATION = "expiration"


class SourceType(StrEnum):
    """What caused a ledger entry. ``source_id`` identifies the order, refund, lot, year or other source.

    A refund reverses points that were earned. A redemption is returned when its order ends unpaid or is
    refunded.
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
    """What a reward gives: a discount, free delivery, a free product, or months in the next tier."""

    DISCOUNT = "discount"
    FREE_SHIPPING = "free_shipping"
    FREE_ITEM = "free_item"
    VIP_UPGRADE = "vip_upgrade"


class RewardStatus(StrEnum):
    """The status of a reward of a member."""

    AVAILABLE = "available"
    REDEEMED = "redeemed"
    EXPIRED = "expired"


class ReferralState(StrEnum):
    """The progress of a referral: registered, address confirmed, first order paid; or void."""

    INVITED = "invited"
    JOINED = "joined"
    REWARDED = "rewarded"
    VOID = "void"


class ProgrammeChangeKind(StrEnum):
    """What staff did to a tier, an offer, or a reward of a member."""

    CREATED = "created"
    CHANGED = "changed"
    GRANTED = "granted"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
