"""Points and orders: spending, giving back, earning, and what a refund does to both."""

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
    lock_account,
    member,
    return_to_lots,
)
from kashcraft.loyalty.services.members import open_account
from kashcraft.pricing.rules import points_earned


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a refund did: ``taken`` of the points that were earned, ``returned`` of those that were spent."""

    reversed: int = 0
    returned: int = 0


def spend(*, user_id: UserId, order_id: OrderId, points: int) -> PointsHistory:
    """Spend points on an order, oldest first, and return the entry; six statements.

    Spending again for the same order gives the entry that is there; after ``return_points`` it spends anew.
    Raises DomainError('points_short', balance=) where the balance, a debt included, is less.
    """
    if points <= 0:
        raise ValueError("points are spent in whole numbers above nothing")
    locked = lock_account(user_id, order_id=order_id)
    if locked is None:
        raise DomainError("points_short", balance=0)
    known = _redemption(locked)
    if known is not None:
        return known
    rounds = sum(entry.points_type is PointsType.REDEEM for entry in locked.entries)
    act = EntryCause(
        points_type=PointsType.REDEEM,
        source_type=SourceType.PURCHASE,
        source_id=f"{order_id}:{rounds + 1}" if rounds else str(order_id),
        order_id=order_id,
    )
    return debit(locked, act, points)


def return_points(*, order_id: OrderId) -> int:
    """Give back what an order that ends unpaid has spent; return the points, 0 when none are out."""
    locked = _lock_account_of_order(order_id)
    redemption = _redemption(locked) if locked else None
    if locked is None or redemption is None:
        return 0
    act = EntryCause(
        points_type=PointsType.REVERSAL,
        source_type=SourceType.REDEMPTION,
        source_id=redemption.source_id,
        order_id=order_id,
    )
    entry = return_to_lots(locked, act, redemption, -redemption.points_amount)
    return entry.points_amount if entry else 0


def earn(*, order_id: OrderId, user_id: UserId, net: int, at: datetime) -> PointsHistory:
    """Count a paid purchase of ``net`` minor units of goods and give its points; return the entry.

    The multiplier is that of the tier before the order. The entry is written even where it is worth no point,
    because spend and purchases are counted by it. Somebody without an account becomes a member.
    """
    locked = lock_account(user_id, order_id=order_id)
    if locked is None:
        open_account(user_id=user_id)
        locked = member(user_id, order_id=order_id)
    known = locked.find(PointsType.EARN, SourceType.PURCHASE, str(order_id))
    if known is not None:
        return known
    multiplier = locked.tier.multiplier_bp
    act = EntryCause(
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
        act,
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
    """LotDebit back what a refund's goods earned and return what was spent on them; once per refund.

    ``net`` are minor units of the order's goods after discounts and without tax (gift cards and delivery left
    out): all of it, and so much of it refunded before and after this refund. ``returned`` are the spent
    points of the units that go back. They come back before earned ones go, so that no debt arises that need
    not.
    """
    locked = _lock_account_of_order(order_id)
    if locked is None or _is_reversed(locked, refund_id):
        return Reversal()
    back = _return_spent(locked, order_id, refund_id, returned)
    taken = _take_earned(locked, order_id, refund_id, net_total, net_refunded_before, net_refunded_after)
    return Reversal(reversed=taken, returned=back)


def _terms(earned: PointsHistory) -> rules.Earned:
    return rules.Earned(earned.points_amount, earned.multiplier_bp, settings().shop_currency)


def _lock_account_of_order(order_id: OrderId) -> LockedAccount | None:
    """Return the locked of the member whose points an order has moved, with the order's entries."""
    user_id = db.session.scalar(
        sa.select(PointsHistory.user_id).where(PointsHistory.order_id == order_id).limit(1)
    )
    return lock_account(user_id, order_id=order_id) if user_id else None


def _redemption(locked: LockedAccount) -> PointsHistory | None:
    """Return the order's redemption that was not given back when the order ended."""
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
    act = EntryCause(
        points_type=PointsType.REVERSAL,
        source_type=SourceType.REDEMPTION,
        source_id=str(refund_id),
        order_id=order_id,
    )
    entry = return_to_lots(locked, act, redemption, points)
    return entry.points_amount if entry else 0


def _take_earned(
    locked: LockedAccount, order_id: OrderId, refund_id: RefundId, whole: int, before: int, after: int
) -> int:
    earned = locked.find(PointsType.EARN, SourceType.PURCHASE, str(order_id))
    if earned is None or before == after:
        return 0
    points = rules.points_to_reverse(_terms(earned), whole, before, after)
    act = EntryCause(
        points_type=PointsType.REVERSAL,
        source_type=SourceType.REFUND,
        source_id=str(refund_id),
        order_id=order_id,
        base_amount=after - before,
        multiplier_bp=earned.multiplier_bp,
    )
    undone = int(before < whole <= after)
    debit(locked, act, points, clawback=True, before=earned.id, spent=before - after, purchases=-undone)
    return points
