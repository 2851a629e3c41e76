"""New members, upgrades of the tier, and the expiry of upgrades and points."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.accounts import services as accounts
from kashcraft.core import clock
from kashcraft.core.db import db, insert_into
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId, new_id
from kashcraft.core.settings import settings
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import (
    LoyaltyAccount,
    LoyaltyTier,
    PointsHistory,
    PointsType,
    SourceType,
    Tier,
    TierDelivery,
)
from kashcraft.loyalty.services.locked_account import (
    EntryCause,
    LockedAccount,
    credit,
    get_locked_account,
    lock_account,
    settle_tier,
)
from kashcraft.loyalty.services.referrals import record_referral
from kashcraft.pricing.rules import spend_per_point

# In the order of TIER_COLUMNS. Amounts are in units that earn a point at x1: dollars, dinars, 100 yen.
FIRST_TIERS = (
    (Tier.BRONZE, None, 0, 0, 10_000, 50, TierDelivery.NONE, 0, False, False),
    (Tier.SILVER, Tier.BRONZE, 500, 250, 12_500, 100, TierDelivery.STANDARD, 50, False, False),
    (Tier.GOLD, Tier.SILVER, 2_000, 1_000, 15_000, 200, TierDelivery.STANDARD, 0, True, False),
    (Tier.PLATINUM, Tier.GOLD, 5_000, 3_000, 20_000, 500, TierDelivery.EXPRESS, 0, True, True),
)
TIER_COLUMNS = (
    "tier", "follows", "qualifying_points", "net_spend", "multiplier_bp", "birthday_points", "free_shipping",
    "free_shipping_from", "early_access", "waitlist_first",
)  # fmt: skip
TIER_AMOUNTS = ("net_spend", "free_shipping_from")


def ensure_tiers() -> None:
    """Create the four tiers of a new shop in its currency, unless tiers exist."""
    if db.session.scalar(sa.select(LoyaltyTier.id).limit(1)) is None:
        rows = first_tiers(settings().shop_currency)
        db.session.execute(insert_into(LoyaltyTier).values(rows).on_conflict_do_nothing())


def first_tiers(currency: str) -> list[dict[str, object]]:
    """Return the rows of a new shop's tiers, with amounts in minor units of ``currency``."""
    unit = spend_per_point(currency)
    rows: list[dict[str, object]] = []
    for values in FIRST_TIERS:
        row = {
            name: value * unit if name in TIER_AMOUNTS and isinstance(value, int) else value
            for name, value in zip(TIER_COLUMNS, values, strict=True)
        }
        rows.append({"id": new_id(), **row, "currency": currency})
    return rows


def open_account(*, user_id: UserId, referred_by: str | None = None) -> LoyaltyAccount:
    """Open a loyalty account with the welcome points and a referral code, and return it.

    ``referred_by`` is the referral code of the link that the customer used. An existing account stays as it
    is.
    """
    ensure_tiers()
    moment = clock.now()
    opened = insert_into(LoyaltyAccount).values(
        id=new_id(),
        user_id=user_id,
        member_since=moment,
        tier_reached_at=moment,
        inactive_date=moment + settings().inactive_after,
    )
    fresh = db.session.scalar(
        opened.on_conflict_do_nothing(index_elements=["user_id"]).returning(LoyaltyAccount.id)
    )
    locked = get_locked_account(user_id)
    if fresh is not None:
        accounts.give_referral_code(user_id=user_id)
        cause = EntryCause(
            points_type=PointsType.BONUS, source_type=SourceType.SIGNUP, source_id=str(user_id)
        )
        if settings().joining_points:
            credit(locked, cause, settings().joining_points)
        if referred_by:
            record_referral(user_id=user_id, code=referred_by)
    return locked.account


def extend_upgrade(locked: LockedAccount, months: int) -> LoyaltyAccount:
    """Raise a member's tier by one for a number of months, after a running upgrade, and return the account.

    Lifetime points do not change. Raises DomainError('highest_tier') if no tier is above the earned one.
    """
    if locked.earned_tier is rules.LADDER[-1]:
        raise DomainError("highest_tier")
    running = locked.account.tier_lift_until
    start = max(clock.now(), running) if running else clock.now()
    return settle_tier(locked, tier_lift_until=rules.months_later(start, months))


def end_due_upgrades(*, limit: int = 50) -> list[LoyaltyAccount]:
    """End the expired upgrades of up to ``limit`` members and return their accounts."""
    over = (
        sa.select(LoyaltyAccount.user_id)
        .where(LoyaltyAccount.tier_lift_until <= clock.now())
        .order_by(LoyaltyAccount.user_id)
        .limit(limit)
    )
    locked_accounts = [lock_account(user_id) for user_id in db.session.scalars(over).all()]
    return [
        settle_tier(locked, reason="upgrade_ended", tier_lift_until=None)
        for locked in locked_accounts
        if locked is not None
    ]


def expire_due(*, limit: int = 50) -> list[LoyaltyAccount]:
    """Write off the expired lots of up to ``limit`` members and return their accounts."""
    lapsed = (
        sa.select(PointsHistory.user_id)
        .where(PointsHistory.remaining > 0, PointsHistory.expires_at <= clock.now())
        .distinct()
        .order_by(PointsHistory.user_id)
        .limit(limit)
    )
    locked_accounts = [lock_account(user_id) for user_id in db.session.scalars(lapsed).all()]
    return [locked.account for locked in locked_accounts if locked is not None]
