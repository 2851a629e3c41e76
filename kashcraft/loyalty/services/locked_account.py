"""A loyalty account that is locked for the current transaction, with its open lots and its ledger.

The row of the account stays locked until the transaction ends, so that nothing changes between reading and
writing. Locking an account also writes off its lapsed lots, so that expired points cannot be spent before the
expiry job has run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.db import db, rows_changed, table_of
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, UserId, new_id
from kashcraft.core.settings import settings
from kashcraft.events.loyalty import TierChanged
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import (
    LoyaltyAccount,
    LoyaltyTier,
    PointsHistory,
    PointsLotUse,
    PointsType,
    SourceType,
    Tier,
)

HISTORY = table_of(PointsHistory)
USES = table_of(PointsLotUse)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCause:
    """The cause of a ledger entry. Points type, source type and source id are unique for each member."""

    points_type: PointsType
    source_type: SourceType
    source_id: str
    order_id: OrderId | None = None
    actor_id: UserId | None = None
    reason: str | None = None
    base_amount: int | None = None
    multiplier_bp: int = 10_000
    at: datetime | None = None


@dataclass(slots=True)
class LockedAccount:
    """A locked account with its open lots and the entries that the caller asked for."""

    account: LoyaltyAccount
    tiers: list[LoyaltyTier]
    lots: list[rules.Lot]
    entries: list[PointsHistory] = field(default_factory=list)

    @property
    def tier(self) -> LoyaltyTier:
        """Return the row of the tier that the member has now."""
        held = effective_tier_of(self.account, self.tiers)
        return next((item for item in self.tiers if item.tier is held), self.tiers[0])

    @property
    def earned_tier(self) -> Tier:
        """Return the tier that the member's figures reach without an upgrade."""
        terms = [terms_of(item) for item in self.tiers]
        return rules.tier_earned(terms, self.account.total_points, self.account.total_spent)

    def find(self, points_type: PointsType, source_type: SourceType, source_id: str) -> PointsHistory | None:
        """Return the entry with this type and source from ``entries``, or None."""
        wanted = (points_type, source_type, source_id)
        return next(
            (item for item in self.entries if (item.points_type, item.source_type, item.source_id) == wanted),
            None,
        )


def effective_tier_of(
    account: LoyaltyAccount, tiers: Sequence[LoyaltyTier], *, points: int = 0, spend: int = 0
) -> Tier:
    """Return the current tier of an account with ``points`` and ``spend`` added to its totals."""
    return rules.effective_tier(
        [terms_of(item) for item in tiers],
        account.total_points + points,
        account.total_spent + spend,
        account.tier_lift_until,
        clock.now(),
    )


def terms_of(row: LoyaltyTier) -> rules.TierTerms:
    """Return the requirements of a tier as the rules take them."""
    return rules.TierTerms(tier=row.tier, qualifying_points=row.qualifying_points, net_spend=row.net_spend)


def lock_account(
    user_id: UserId, *, order_id: OrderId | None = None, source_id: str | None = None
) -> LockedAccount | None:
    """Lock a member's account and return it, or None if the user has none.

    ``entries`` of the result are those of the given order and source id. Two statements, three more if lots
    have expired.
    """
    rows = db.session.execute(
        sa.select(LoyaltyAccount, LoyaltyTier)
        .join(LoyaltyTier, sa.true())
        .where(LoyaltyAccount.user_id == user_id)
        .order_by(LoyaltyTier.qualifying_points, LoyaltyTier.net_spend)
        .with_for_update(of=LoyaltyAccount)
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        return None
    conditions = [PointsHistory.remaining > 0]
    conditions += [PointsHistory.order_id == order_id] if order_id else []
    conditions += [PointsHistory.source_id == source_id] if source_id else []
    found = db.session.scalars(
        sa.select(PointsHistory)
        .where(PointsHistory.user_id == user_id, sa.or_(*conditions))
        .order_by(PointsHistory.created_at, PointsHistory.id)
        .execution_options(populate_existing=True)
    ).all()
    lots = [
        rules.Lot(item.id, item.remaining, item.expires_at)
        for item in found
        if item.remaining and item.expires_at
    ]
    locked = LockedAccount(rows[0][0], [row[1] for row in rows], lots)
    locked.entries = [
        item
        for item in found
        if (order_id and item.order_id == order_id) or (source_id and item.source_id == source_id)
    ]
    _write_off(locked, [lot for lot in lots if lot.expires_at <= clock.now()])
    return locked


def get_locked_account(
    user_id: UserId, *, order_id: OrderId | None = None, source_id: str | None = None
) -> LockedAccount:
    """Lock a member's account and return it. Raises NotFound('no_member')."""
    locked = lock_account(user_id, order_id=order_id, source_id=source_id)
    if locked is None:
        raise NotFound("no_member", user_id=str(user_id))
    return locked


def credit(
    locked: LockedAccount,
    cause: EntryCause,
    points: int,
    *,
    qualifies: bool = True,
    spent: int = 0,
    purchases: int = 0,
    values: Mapping[str, object] | None = None,
) -> PointsHistory:
    """Add points and return the entry. They pay a debt first; the rest is a lot that is valid for
    ``points_months``.

    ``spent`` and ``purchases`` are added to their counters. ``values`` are new values of other columns.
    """
    fresh = rules.points_after_debt(locked.account.available_points, points)
    expires_at = rules.months_later(cause.at or clock.now(), settings().points_months)
    entry = _write(locked, cause, points, fresh, expires_at)
    _count(locked, points, total=points if qualifies else 0, spent=spent, purchases=purchases, values=values)
    return entry


def debit(
    locked: LockedAccount,
    cause: EntryCause,
    points: int,
    *,
    clawback: bool = False,
    before: UUID | None = None,
    spent: int = 0,
    purchases: int = 0,
) -> PointsHistory:
    """Debit points from the oldest lots and return the entry.

    A clawback debits the lot ``before`` first, lowers the lifetime points, and may leave a debt. Everything
    else raises DomainError('points_short', balance=) if the balance is too low.
    """
    total = -points if clawback else 0
    reason = "refund" if clawback else ""
    if not _count(
        locked, -points, total=total, guarded=not clawback, reason=reason, spent=spent, purchases=purchases
    ):
        raise DomainError("points_short", balance=locked.account.available_points)
    debits = rules.debit_lots(locked.lots, points, before)
    entry = _write(locked, cause, -points, 0, None)
    if debits:
        rows = [
            {"id": new_id(), "redemption_id": entry.id, "lot_id": part.lot_id, "points": part.points}
            for part in debits
        ]
        db.session.execute(sa.insert(USES), rows)
        _change_lots({part.lot_id: -part.points for part in debits})
        locked.lots = rules.lots_after_debits(locked.lots, debits)
    return entry


def return_to_lots(
    locked: LockedAccount, cause: EntryCause, redemption: PointsHistory, points: int
) -> PointsHistory | None:
    """Return points of a redemption and return the entry, or None if all of them were returned before.

    They pay a debt first and then go back to their lots. Points of expired lots become a new lot that is
    valid for ``returned_points_days``.
    """
    uses = _open_uses(redemption.id)
    points = min(points, sum(use.points for use in uses))
    if not points:
        return None
    returns, fresh = rules.split_return(uses, points, max(0, -locked.account.available_points))
    expires_at = clock.now() + timedelta(days=settings().returned_points_days)
    entry = _write(locked, cause, points, fresh, expires_at)
    more = [sa.bindparam(f"more_{name}", type_=sa.BigInteger) for name in ("returned", "restored")]
    db.session.execute(
        sa.update(USES)
        .where(USES.c.id == sa.bindparam("of_use"))
        .values(returned=USES.c.returned + more[0], restored=USES.c.restored + more[1]),
        [
            {"of_use": item.use_id, "more_returned": item.returned, "more_restored": item.restored}
            for item in returns
        ],
    )
    _change_lots({item.lot_id: item.restored for item in returns if item.restored})
    _count(locked, points)
    locked.lots = _lots_now(locked)
    return entry


def settle_tier(locked: LockedAccount, *, reason: str = "", **values: object) -> LoyaltyAccount:
    """Set ``values`` on the account, update its tier, and return it.

    ``reason`` says why the tier may be lower than before (see ``TierChanged``).
    """
    for name, value in values.items():
        setattr(locked.account, name, value)
    _count(locked, 0, reason=reason)
    return locked.account


def _count(
    locked: LockedAccount,
    available: int,
    *,
    total: int = 0,
    spent: int = 0,
    purchases: int = 0,
    guarded: bool = False,
    reason: str = "",
    values: Mapping[str, object] | None = None,
) -> bool:
    """Change the account's counters and tier by one conditional update. Return whether it applied."""
    account, old, moment = locked.account, locked.account.current_tier, clock.now()
    new = effective_tier_of(account, locked.tiers, points=total, spend=spent)
    change = sa.update(LoyaltyAccount).where(LoyaltyAccount.id == account.id)
    if guarded:
        change = change.where(LoyaltyAccount.available_points >= -available)
    others = dict(values or {})
    if new is not old:
        others |= {"current_tier": new, "tier_reached_at": moment}
    changed = db.session.scalars(
        change.values(
            available_points=LoyaltyAccount.available_points + available,
            total_points=LoyaltyAccount.total_points + total,
            total_spent=LoyaltyAccount.total_spent + spent,
            total_purchases=LoyaltyAccount.total_purchases + purchases,
            **others,
        )
        .returning(LoyaltyAccount)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if changed is not None and new is not old:
        lost = "" if rules.is_at_least(new, old) else reason
        bus.publish(TierChanged(account.user_id, old.value, new.value, moment.isoformat(), lost))
    return changed is not None


def _write(
    locked: LockedAccount, cause: EntryCause, points: int, fresh: int, expires_at: datetime | None
) -> PointsHistory:
    entry = PointsHistory(
        id=new_id(),
        user_id=locked.account.user_id,
        points_amount=points,
        points_type=cause.points_type,
        source_type=cause.source_type,
        source_id=cause.source_id,
        order_id=cause.order_id,
        actor_id=cause.actor_id,
        reason=cause.reason,
        base_amount=cause.base_amount,
        multiplier_bp=cause.multiplier_bp,
        lot_points=fresh or None,
        remaining=fresh or None,
        expires_at=expires_at if fresh else None,
        created_at=cause.at or clock.now(),
    )
    db.session.add(entry)
    db.session.flush()  # lot uses refer to the entry, and a duplicate must fail here
    locked.entries.append(entry)
    if fresh and expires_at:
        locked.lots.append(rules.Lot(entry.id, fresh, expires_at))
    return entry


def _write_off(locked: LockedAccount, lapsed: Sequence[rules.Lot]) -> None:
    """Write one negative entry for what is left of each expired lot."""
    if not lapsed:
        return
    moment = clock.now()
    rows = [
        {
            "id": new_id(), "user_id": locked.account.user_id, "points_amount": -lot.remaining,
            "points_type": PointsType.EXPIRATION, "source_type": SourceType.LOT, "source_id": str(lot.id),
            "multiplier_bp": 10_000, "created_at": moment,
        }
        for lot in lapsed
    ]  # fmt: skip
    db.session.execute(sa.insert(HISTORY), rows)
    ids = [lot.id for lot in lapsed]
    db.session.execute(sa.update(HISTORY).where(HISTORY.c.id.in_(ids)).values(remaining=0, expired_at=moment))
    locked.lots = [lot for lot in locked.lots if lot.id not in ids]
    _count(locked, -sum(lot.remaining for lot in lapsed))


def _change_lots(changes: dict[UUID, int]) -> None:
    if not changes:
        return
    remaining = HISTORY.c.remaining + sa.bindparam("change", type_=sa.BigInteger)
    guarded = (
        sa.update(HISTORY)
        .where(HISTORY.c.id == sa.bindparam("of_lot"), remaining >= 0)
        .values(remaining=remaining)
    )
    rows = [{"of_lot": lot_id, "change": change} for lot_id, change in sorted(changes.items())]
    if rows_changed(db.session.execute(guarded, rows)) != len(rows):
        raise RuntimeError("a lot changed without the lock of its account")


def _open_uses(redemption_id: UUID) -> list[rules.LotUse]:
    """Return the lot uses of a redemption that are not fully returned, in the order of the debits."""
    rows = db.session.execute(
        sa.select(USES.c.id, USES.c.lot_id, USES.c.points - USES.c.returned, HISTORY.c.expires_at)
        .join(HISTORY, HISTORY.c.id == USES.c.lot_id)
        .where(USES.c.redemption_id == redemption_id, USES.c.points > USES.c.returned)
        .order_by(HISTORY.c.expires_at, HISTORY.c.id)
    ).all()
    return [rules.LotUse(row[0], row[1], row[2], row[3] <= clock.now()) for row in rows]


def _lots_now(locked: LockedAccount) -> list[rules.Lot]:
    rows = db.session.execute(
        sa.select(HISTORY.c.id, HISTORY.c.remaining, HISTORY.c.expires_at).where(
            HISTORY.c.user_id == locked.account.user_id, HISTORY.c.remaining > 0
        )
    ).all()
    return [rules.Lot(*row) for row in rows]
