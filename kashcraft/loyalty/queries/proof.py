"""The proof of the points: every counter is calculated again from the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.core import autocommit
from kashcraft.loyalty.models import (
    LoyaltyAccount,
    PointsHistory,
    PointsLotUse,
    PointsType,
    SourceType,
)


@dataclass(frozen=True, slots=True)
class PointsDifference:
    """A figure that differs from the ledger. ``id`` is the member's, or an entry's for lots and uses."""

    what: str
    id: UUID
    stored: int
    calculated: int


EARNED = sa.or_(
    PointsHistory.points_type.in_([PointsType.EARN, PointsType.BONUS]),
    sa.and_(
        PointsHistory.points_type == PointsType.REVERSAL,
        PointsHistory.source_type.in_([SourceType.REFUND, SourceType.REFERRAL]),
    ),
)


def list_differences() -> list[PointsDifference]:
    """Return every figure of the program that differs from its ledger; an empty list is the proof.

    The balance is the sum of the entries. The lots hold the balance, or nothing while it is negative.
    Lifetime points are the earned and granted points less the reversed ones; net spend likewise. Purchases
    that were refunded in full are not counted. The original size of a lot is what remains, what was debited
    and not restored, and what expired. The lot uses of a redemption add up to it; those of a clawback may be
    less. Seven statements, for any number of members.
    """
    return [
        *_accounts("available_points", _sum(PointsHistory.points_amount)),
        *_accounts("total_points", _sum(PointsHistory.points_amount, EARNED)),
        *_accounts("total_spent", _spent()),
        *_accounts("total_purchases", _purchases()),
        *_remaining(),
        *_lots(),
        *_redemptions(),
    ]


def _sum(
    column: sa.SQLColumnExpression[int | None], *conditions: sa.ColumnElement[bool]
) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(column), 0))
        .where(PointsHistory.user_id == LoyaltyAccount.user_id, *conditions)
        .correlate(LoyaltyAccount)
        .scalar_subquery()
    )


def _spent() -> sa.ScalarSelect[int]:
    signed = sa.case(
        (PointsHistory.points_type == PointsType.EARN, PointsHistory.base_amount),
        else_=-PointsHistory.base_amount,
    )
    return _sum(signed, PointsHistory.base_amount.is_not(None))


def _purchases() -> sa.ScalarSelect[int]:
    refund = aliased(PointsHistory)
    refunded = (
        sa.select(sa.func.coalesce(sa.func.sum(refund.base_amount), 0))
        .where(
            refund.order_id == PointsHistory.order_id,
            refund.user_id == PointsHistory.user_id,
            refund.source_type == SourceType.REFUND,
        )
        .correlate(PointsHistory)
        .scalar_subquery()
    )
    not_refunded = sa.or_(PointsHistory.base_amount == 0, PointsHistory.base_amount > refunded)
    stored = sa.case((not_refunded, 1), else_=0)
    return _sum(stored, PointsHistory.points_type == PointsType.EARN)


def _accounts(name: str, calculated: sa.ScalarSelect[int]) -> list[PointsDifference]:
    stored = getattr(LoyaltyAccount, name)
    figures = sa.select(LoyaltyAccount.user_id, stored.label("stored"), calculated.label("calculated"))
    return _found(name, figures.where(stored != calculated))


def _remaining() -> list[PointsDifference]:
    stored = _sum(PointsHistory.remaining)
    calculated = sa.case((LoyaltyAccount.available_points > 0, LoyaltyAccount.available_points), else_=0)
    return _found(
        "remaining",
        sa.select(LoyaltyAccount.user_id, stored.label("stored"), calculated.label("calculated")).where(
            stored != calculated
        ),
    )


def _lots() -> list[PointsDifference]:
    debited = (
        sa.select(sa.func.coalesce(sa.func.sum(PointsLotUse.points - PointsLotUse.restored), 0))
        .where(PointsLotUse.lot_id == PointsHistory.id)
        .correlate(PointsHistory)
        .scalar_subquery()
    )
    expiry = aliased(PointsHistory)
    expired = (
        sa.select(sa.func.coalesce(-sa.func.sum(expiry.points_amount), 0))
        .where(
            expiry.user_id == PointsHistory.user_id,
            expiry.points_type == PointsType.EXPIRATION,
            expiry.source_type == SourceType.LOT,
            # Ids are written with dashes on one database and without on the other.
            sa.func.replace(expiry.source_id, "-", "")
            == sa.func.replace(sa.cast(PointsHistory.id, sa.String), "-", ""),
        )
        .correlate(PointsHistory)
        .scalar_subquery()
    )
    stored, calculated = PointsHistory.lot_points, PointsHistory.remaining + debited + expired
    return _found(
        "lot",
        sa.select(PointsHistory.id, stored.label("stored"), calculated.label("calculated")).where(
            stored.is_not(None), stored != calculated
        ),
    )


def _redemptions() -> list[PointsDifference]:
    covered = (
        sa.select(sa.func.coalesce(sa.func.sum(PointsLotUse.points), 0))
        .where(PointsLotUse.redemption_id == PointsHistory.id)
        .correlate(PointsHistory)
        .scalar_subquery()
    )
    stored = -PointsHistory.points_amount
    clawback = PointsHistory.points_type == PointsType.REVERSAL
    return _found(
        "redemption",
        sa.select(PointsHistory.id, stored.label("stored"), covered.label("calculated")).where(
            PointsHistory.points_amount < 0,
            PointsHistory.points_type != PointsType.EXPIRATION,
            sa.or_(covered > stored, sa.and_(~clawback, covered < stored)),
        ),
    )


def _found(what: str, statement: sa.Executable) -> list[PointsDifference]:
    return [
        PointsDifference(what, row[0], int(row.stored), int(row.calculated))
        for row in autocommit.rows(statement)
    ]
