"""Points of orders: spending, returning and earning them, and the effect of refunds on both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderId, RefundId, UserId
from kashcraft.core.money import Money
from kashcraft.core.settings import settings
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import PointsHistory, PointsType, SourceType
from kashcraft.loyalty.services.locked_account import (
    EntryCause,
    LockedAccount,
    credit,
    debit,
    get_locked_account,
    lock_account,
    return_to_lots,
)
from kashcraft.loyalty.services.members import open_account
from kashcraft.pricing.rules import points_earned


@dataclass(frozen=True, slots=True)
class Reversal:
    """The effect of a refund: ``reversed`` earned points, and ``returned`` spent points."""

    reversed: int = 0
    returned: int = 0


def spend(*, user_id: UserId, order_id: OrderId, points: int) -> PointsHistory:
    """Spend points on an order, oldest lot first, and return the entry. Six statements.

    Spending again for the same order returns the existing entry. After ``return_points`` it spends again.
    Raises DomainError('points_short', balance=) if the balance is too low.
    """
    if points <= 0:
        raise ValueError("points must be above 0")
    locked = lock_account(user_id, order_id=order_id)
    if locked is None:
        raise DomainError("points_short", balance=0)
    known = _redemption(locked)
    if known is not None:
        return known
    rounds = sum(entry.points_type is PointsType.REDEEM for entry in locked.entries)
    cause = EntryCause(
        points_type=PointsType.REDEEM,
        source_type=SourceType.PURCHASE,
        source_id=f"{order_id}:{rounds + 1}" if rounds else str(order_id),
        order_id=order_id,
    )
    return debit(locked, cause, points)


def return_points(*, order_id: OrderId) -> int:
    """Return the points that an order spent when it ends unpaid. Return their number, 0 if none are spent."""
    locked = _lock_account_of_order(order_id)
    redemption = _redemption(locked) if locked else None
    if locked is None or redemption is None:
        return 0
    cause = EntryCause(
        points_type=PointsType.REVERSAL,
        source_type=SourceType.REDEMPTION,
        source_id=redemption.source_id,
        order_id=order_id,
    )
    entry = return_to_lots(locked, cause, redemption, -redemption.points_amount)
    return entry.points_amount if entry else 0


def earn(*, order_id: OrderId, user_id: UserId, net: int, at: datetime) -> PointsHistory:
    """Count a paid purchase of ``net`` minor units of goods, award its points, and return the entry.

    The multiplier is that of the tier before the order. The entry is written even for 0 points, because spend
    and purchases are counted by it. A customer without a loyalty account gets one.
    """
    locked = lock_account(user_id, order_id=order_id)
    if locked is None:
        open_account(user_id=user_id)
        locked = get_locked_account(user_id, order_id=order_id)
    known = locked.find(PointsType.EARN, SourceType.PURCHASE, str(order_id))
    if known is not None:
        return known
    multiplier = locked.tier.multiplier_bp
    cause = EntryCause(
        points_type=PointsType.EARN,
        source_type=SourceType.PURCHASE,
        source_id=str(order_id),
        order_id=order_id,
        base_amount=net,
        multiplier_bp=multiplier,
        at=at,
    )
    return credit(
        locked,
        cause,
        points_earned(Money(net, settings().shop_currency), multiplier),
        spent=net,
        purchases=1,
        values={"last_purchase_date": at, "inactive_date": at + settings().inactive_after},
    )


def reverse(
    *,
    order_id: OrderId,
    refund_id: RefundId,
    net_total: int,
    net_refunded_before: int,
    net_refunded_after: int,
    returned: int = 0,
) -> Reversal:
    """Reverse the points that refunded goods earned and return the points that were spent on them, once per
    refund.

    ``net_total`` is the price of the order's goods after discounts, without tax, gift cards and delivery, in
    minor units. ``net_refunded_before`` and ``net_refunded_after`` are the refunded parts of it before and
    after this refund. ``returned`` are the spent points of the returned units. They are returned before the
    earned points are reversed, which avoids a needless debt.
    """
    locked = _lock_account_of_order(order_id)
    if locked is None or _is_reversed(locked, refund_id):
        return Reversal()
    returned_points = _return_spent(locked, order_id, refund_id, returned)
    reversed_points = _reverse_earned(
        locked, order_id, refund_id, net_total, net_refunded_before, net_refunded_after
    )
    return Reversal(reversed=reversed_points, returned=returned_points)


def _terms(earned: PointsHistory) -> rules.Earned:
    return rules.Earned(earned.points_amount, earned.multiplier_bp, settings().shop_currency)


def _lock_account_of_order(order_id: OrderId) -> LockedAccount | None:
    """Lock the account of the member whose points the order moved, with the order's entries."""
    user_id = db.session.scalar(
        sa.select(PointsHistory.user_id).where(PointsHistory.order_id == order_id).limit(1)
    )
    return lock_account(user_id, order_id=order_id) if user_id else None


def _redemption(locked: LockedAccount) -> PointsHistory | None:
    """Return the order's redemption, unless it was returned when the order ended."""
    ended = {entry.source_id for entry in locked.entries if entry.source_type is SourceType.REDEMPTION}
    open_ones = (
        entry
        for entry in locked.entries
        if entry.points_type is PointsType.REDEEM and entry.source_id not in ended
    )
    return next(open_ones, None)


def _is_reversed(locked: LockedAccount, refund_id: RefundId) -> bool:
    return any(
        entry.points_type is PointsType.REVERSAL and entry.source_id == str(refund_id)
        for entry in locked.entries
    )


def _return_spent(locked: LockedAccount, order_id: OrderId, refund_id: RefundId, points: int) -> int:
    redemption = _redemption(locked)
    if redemption is None:
        return 0
    cause = EntryCause(
        points_type=PointsType.REVERSAL,
        source_type=SourceType.REDEMPTION,
        source_id=str(refund_id),
        order_id=order_id,
    )
    entry = return_to_lots(locked, cause, redemption, points)
    return entry.points_amount if entry else 0


def _reverse_earned(
    locked: LockedAccount, order_id: OrderId, refund_id: RefundId, whole: int, before: int, after: int
) -> int:
    earned = locked.find(PointsType.EARN, SourceType.PURCHASE, str(order_id))
    if earned is None or before == after:
        return 0
    points = rules.points_to_reverse(_terms(earned), whole, before, after)
    cause = EntryCause(
        points_type=PointsType.REVERSAL,
        source_type=SourceType.REFUND,
        source_id=str(refund_id),
        order_id=order_id,
        base_amount=after - before,
        multiplier_bp=earned.multiplier_bp,
    )
    undone = int(before < whole <= after)
    debit(locked, cause, points, clawback=True, before=earned.id, spent=before - after, purchases=-undone)
    return points
