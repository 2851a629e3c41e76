"""Members, tiers, the points ledger with its lots, rewards and referrals. Multipliers are basis points."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import (
    CreatedAt,
    Currency,
    Id,
    Mapped,
    Minor,
    Model,
    UpdatedAt,
    Whole,
    enum_column,
    mapped_column,
    primary_key,
)
from kashcraft.core.ids import OrderId, ProductId, RewardId, UserId
from kashcraft.core.money import round_half_up
from kashcraft.loyalty.rules import PointsType as PointsType
from kashcraft.loyalty.rules import ProgrammeChangeKind as ProgrammeChangeKind
from kashcraft.loyalty.rules import ReferralState as ReferralState
from kashcraft.loyalty.rules import RewardStatus as RewardStatus
from kashcraft.loyalty.rules import RewardType as RewardType
from kashcraft.loyalty.rules import RiskLevel, projected_date, risk_level
from kashcraft.loyalty.rules import SourceType as SourceType
from kashcraft.loyalty.rules import Tier as Tier
from kashcraft.loyalty.rules import TierDelivery as TierDelivery


class LoyaltyTier(Model):
    """The requirements and benefits of a tier. ``follows`` is the tier below it.

    ``net_spend`` and ``free_shipping_from`` are minor units of ``currency``.
    """

    __tablename__ = "loyalty_tiers"
    __table_args__ = (
        sa.CheckConstraint("follows <> tier", name="follows_itself"),
        sa.CheckConstraint("qualifying_points >= 0", name="qualifying_points"),
        sa.CheckConstraint("net_spend >= 0", name="net_spend"),
        sa.CheckConstraint("multiplier_bp > 0", name="multiplier_bp"),
        sa.CheckConstraint("birthday_points >= 0", name="birthday_points"),
        sa.CheckConstraint("free_shipping_from >= 0", name="free_shipping_from"),
    )

    id: Mapped[Id]
    tier: Mapped[Tier] = enum_column(Tier, "tier", unique=True)
    follows: Mapped[Tier | None] = enum_column(Tier, "follows", unique=True)
    currency: Mapped[Currency] = mapped_column(server_default="USD")
    qualifying_points: Mapped[Whole]
    net_spend: Mapped[Minor]
    multiplier_bp: Mapped[int] = mapped_column(default=10_000)
    birthday_points: Mapped[Whole] = mapped_column(default=0)
    free_shipping: Mapped[TierDelivery] = enum_column(
        TierDelivery, "free_shipping", default=TierDelivery.NONE
    )
    free_shipping_from: Mapped[Minor] = mapped_column(default=0)
    early_access: Mapped[bool] = mapped_column(default=False)
    waitlist_first: Mapped[bool] = mapped_column(default=False)


class LoyaltyAccount(Model):
    """A member: the tier, and counters that equal the sums of the ledger.

    ``available_points`` is the balance. Only a refund can make it negative. ``total_points`` are the lifetime
    points, less those that refunds reversed. ``inactive_date`` is when the member becomes inactive without
    another purchase. ``tier_lift_until`` is when an upgrade ends.
    """

    __tablename__ = "loyalty_accounts"
    __table_args__ = (
        sa.CheckConstraint("total_points >= 0", name="total_points"),
        sa.CheckConstraint("total_spent >= 0", name="total_spent"),
        sa.CheckConstraint("total_purchases >= 0", name="total_purchases"),
        sa.CheckConstraint("birth_day BETWEEN 1 AND 31", name="birth_day"),
        sa.CheckConstraint("birth_month BETWEEN 1 AND 12", name="birth_month"),
        sa.CheckConstraint("(birth_day IS NULL) = (birth_month IS NULL)", name="birthday"),
    )

    id: Mapped[Id]
    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    current_tier: Mapped[Tier] = enum_column(Tier, "current_tier", default=Tier.BRONZE, index=True)
    total_points: Mapped[Whole] = mapped_column(default=0, index=True)
    available_points: Mapped[Whole] = mapped_column(default=0)
    total_spent: Mapped[Minor] = mapped_column(default=0)
    total_purchases: Mapped[int] = mapped_column(default=0)
    birth_day: Mapped[int | None]
    birth_month: Mapped[int | None]
    birth_year_last_redeemed: Mapped[int | None]
    member_since: Mapped[CreatedAt]
    last_purchase_date: Mapped[datetime | None] = mapped_column(index=True)
    inactive_date: Mapped[datetime | None]
    tier_reached_at: Mapped[datetime | None]
    tier_lift_until: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    next_tier: Mapped[LoyaltyTier | None] = relationship(
        primaryjoin="foreign(LoyaltyAccount.current_tier) == LoyaltyTier.follows",
        uselist=False,
        viewonly=True,
        lazy="raise",
    )
    points_history: Mapped[list[PointsHistory]] = relationship(back_populates="account", lazy="raise")
    rewards: Mapped[list[LoyaltyReward]] = relationship(back_populates="account", lazy="raise")

    @property
    def average_order_value(self) -> int:
        """Return the net spend per purchase in minor units, rounded half up; 0 before the first purchase."""
        return round_half_up(self.total_spent, self.total_purchases) if self.total_purchases else 0

    def status_risk_level(
        self, moment: datetime, *, at_risk_after: timedelta, inactive_after: timedelta
    ) -> RiskLevel:
        """Return the risk of losing the member at ``moment``."""
        return risk_level(
            self.last_purchase_date or self.member_since,
            moment,
            at_risk_after=at_risk_after,
            inactive_after=inactive_after,
        )

    def next_tier_projected_date(self, moment: datetime) -> datetime | None:
        """Return when the member reaches the next tier at the average pace until ``moment``.

        Returns None in the highest tier, and before any points or spend.
        """
        if self.next_tier is None:
            return None
        now, since = moment, self.member_since
        points = projected_date(since, now, self.total_points, self.next_tier.qualifying_points)
        spend = projected_date(since, now, self.total_spent, self.next_tier.net_spend)
        return max(points, spend) if points and spend else None


class PointsHistory(Model):
    """One entry of a member's ledger. Type, source type and source id are unique for each member.

    ``lot_points`` is the part that became a new lot; the rest paid a debt or went back to older lots.
    ``remaining`` is what is left of the lot until ``expires_at``. ``base_amount`` is the net spend of a
    purchase or refund; a purchase has an entry even if it earns no points. ``expiry_notified_at`` is when the
    member was notified that the lot is about to expire.
    """

    __tablename__ = "points_histories"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "points_type", "source_type", "source_id"),
        sa.CheckConstraint("points_amount <> 0 OR points_type IN ('earn', 'reversal')", name="points_amount"),
        sa.CheckConstraint("lot_points BETWEEN 1 AND points_amount", name="lot_points"),
        sa.CheckConstraint("remaining BETWEEN 0 AND lot_points", name="remaining"),
        sa.CheckConstraint(
            "(remaining IS NULL) = (expires_at IS NULL) AND (remaining IS NULL) = (lot_points IS NULL)",
            name="lot",
        ),
        sa.CheckConstraint("multiplier_bp > 0", name="multiplier_bp"),
        sa.Index(None, "user_id", "created_at"),
        sa.Index(
            "ix_points_histories_open_lots",
            "user_id",
            "expires_at",
            sqlite_where=sa.text("remaining > 0"),
            postgresql_where=sa.text("remaining > 0"),
        ),
        sa.Index(
            "ix_points_histories_lapsing",
            "expires_at",
            sqlite_where=sa.text("remaining > 0"),
            postgresql_where=sa.text("remaining > 0"),
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("loyalty_accounts.user_id", ondelete="RESTRICT"))
    points_amount: Mapped[Whole]
    points_type: Mapped[PointsType] = enum_column(PointsType, "points_type", index=True)
    source_type: Mapped[SourceType] = enum_column(SourceType, "source_type", index=True)
    source_id: Mapped[str] = mapped_column(sa.String(40))
    multiplier_bp: Mapped[int] = mapped_column(default=10_000)
    base_amount: Mapped[Minor | None]
    lot_points: Mapped[Whole | None]
    remaining: Mapped[Whole | None]
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="RESTRICT"), index=True
    )
    actor_id: Mapped[UserId | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    notes: Mapped[str | None] = mapped_column(sa.Text)
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    expired_at: Mapped[datetime | None]
    expiry_notified_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)

    account: Mapped[LoyaltyAccount] = relationship(back_populates="points_history", lazy="raise")

    @property
    def multiplier(self) -> Decimal:
        """Return the multiplier as a number: 12,500 basis points are 1.25."""
        return Decimal(self.multiplier_bp) / 10_000

    @property
    def is_expired(self) -> bool:
        """Return whether the rest of the lot has been written off."""
        return self.expired_at is not None


class PointsLotUse(Model):
    """The points that a redemption or reversal debited from a lot, and the part that was returned since.

    ``returned`` is the part that the member has back. ``restored`` is the part of it that is in the same lot
    again. The difference paid a debt or became a new lot, because the old lot had expired.
    """

    __tablename__ = "points_lot_uses"
    __table_args__ = (
        sa.UniqueConstraint("redemption_id", "lot_id"),
        sa.CheckConstraint("points > 0", name="points"),
        sa.CheckConstraint("restored >= 0 AND restored <= returned AND returned <= points", name="returned"),
        sa.CheckConstraint("redemption_id <> lot_id", name="lot"),
    )

    id: Mapped[Id]
    redemption_id: Mapped[UUID] = mapped_column(sa.ForeignKey("points_histories.id", ondelete="RESTRICT"))
    lot_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("points_histories.id", ondelete="RESTRICT"), index=True
    )
    points: Mapped[Whole]
    returned: Mapped[Whole] = mapped_column(default=0)
    restored: Mapped[Whole] = mapped_column(default=0)


class RewardOffer(Model):
    """A reward that members can exchange points for. ``value`` is minor units of a discount, or months of an
    upgrade.
    """

    __tablename__ = "reward_offers"
    __table_args__ = (
        sa.CheckConstraint("points_cost > 0", name="points_cost"),
        sa.CheckConstraint("value >= 0", name="value"),
        sa.CheckConstraint("valid_days > 0", name="valid_days"),
        sa.CheckConstraint("ends_at > starts_at", name="dates"),
        sa.CheckConstraint("(reward_type = 'free_item') = (product_id IS NOT NULL)", name="free_item"),
        sa.Index(None, "is_active", "points_cost"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str | None] = mapped_column(sa.Text)
    reward_type: Mapped[RewardType] = enum_column(RewardType, "reward_type")
    value: Mapped[Minor] = mapped_column(default=0)
    product_id: Mapped[ProductId | None] = mapped_column(
        sa.ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    points_cost: Mapped[Whole]
    min_tier_required: Mapped[Tier | None] = enum_column(Tier, "min_tier_required")
    valid_days: Mapped[int] = mapped_column(default=90)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class LoyaltyReward(Model):
    """A reward of a member, exchanged for points or granted. One order can redeem it once."""

    __tablename__ = "loyalty_rewards"
    __table_args__ = (
        sa.CheckConstraint("value >= 0", name="value"),
        sa.CheckConstraint("(status = 'redeemed') = (redeemed_at IS NOT NULL)", name="redeemed_at"),
        sa.CheckConstraint("(reward_type = 'free_item') = (product_id IS NOT NULL)", name="free_item"),
        sa.Index(None, "user_id", "status"),
        sa.Index(None, "status", "expires_at"),
    )

    id: Mapped[RewardId] = primary_key()
    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("loyalty_accounts.user_id", ondelete="RESTRICT"))
    offer_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("reward_offers.id", ondelete="RESTRICT"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str | None] = mapped_column(sa.Text)
    reward_type: Mapped[RewardType] = enum_column(RewardType, "reward_type")
    value: Mapped[Minor] = mapped_column(default=0)
    product_id: Mapped[ProductId | None] = mapped_column(
        sa.ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    status: Mapped[RewardStatus] = enum_column(RewardStatus, "status", default=RewardStatus.AVAILABLE)
    min_tier_required: Mapped[Tier | None] = enum_column(Tier, "min_tier_required")
    expires_at: Mapped[datetime | None]
    redeemed_at: Mapped[datetime | None]
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="RESTRICT"), unique=True
    )
    created_at: Mapped[CreatedAt]

    account: Mapped[LoyaltyAccount] = relationship(back_populates="rewards", lazy="raise")


class LoyaltyChange(Model):
    """One change of a tier, an offer or a reward by staff: who, when, why, and the old and new values."""

    __tablename__ = "loyalty_changes"
    __table_args__ = (
        sa.CheckConstraint(
            "CASE WHEN tier_id IS NULL THEN 0 ELSE 1 END + CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN reward_id IS NULL THEN 0 ELSE 1 END = 1",
            name="subject",
        ),
    )

    id: Mapped[Id]
    tier_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("loyalty_tiers.id"), index=True)
    offer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("reward_offers.id"), index=True)
    reward_id: Mapped[RewardId | None] = mapped_column(sa.ForeignKey("loyalty_rewards.id"), index=True)
    actor_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    kind: Mapped[ProgrammeChangeKind] = enum_column(ProgrammeChangeKind, "kind")
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]


class Referral(Model):
    """A customer who registered with a member's link. The first paid order earns both of them points."""

    __tablename__ = "referrals"
    __table_args__ = (
        sa.CheckConstraint("referrer_id <> referred_id", name="oneself"),
        sa.CheckConstraint(
            "(state = 'rewarded') = (rewarded_at IS NOT NULL) AND (rewarded_at IS NULL) = (order_id IS NULL)",
            name="rewarded",
        ),
        sa.Index(None, "referrer_id", "state"),
    )

    id: Mapped[Id]
    referrer_id: Mapped[UserId] = mapped_column(
        sa.ForeignKey("loyalty_accounts.user_id", ondelete="RESTRICT")
    )
    referred_id: Mapped[UserId] = mapped_column(
        sa.ForeignKey("loyalty_accounts.user_id", ondelete="RESTRICT"), unique=True
    )
    state: Mapped[ReferralState] = enum_column(ReferralState, "state", default=ReferralState.INVITED)
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="RESTRICT"), unique=True
    )
    joined_at: Mapped[datetime | None]
    rewarded_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
