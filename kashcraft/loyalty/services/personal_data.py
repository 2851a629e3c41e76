"""A membership in the export of personal data, and its erasure: the ledger of points stays."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyReward, PointsHistory


def export_personal_data(*, person: Individual) -> Export:
    """Return a member's account, ledger and rewards. Three statements, none for a guest."""
    if person.user_id is None:
        return {}
    account = sa.select(
        LoyaltyAccount.current_tier, LoyaltyAccount.total_points, LoyaltyAccount.available_points,
        LoyaltyAccount.birth_day, LoyaltyAccount.birth_month, LoyaltyAccount.member_since,
    )  # fmt: skip
    ledger = sa.select(
        PointsHistory.points_type, PointsHistory.points_amount, PointsHistory.notes, PointsHistory.expires_at,
        PointsHistory.created_at,
    )  # fmt: skip
    rewards = sa.select(LoyaltyReward.name, LoyaltyReward.redeemed_at, LoyaltyReward.expires_at)
    own = {table: table.user_id == person.user_id for table in (LoyaltyAccount, PointsHistory, LoyaltyReward)}
    return {
        "account": read_rows(account.where(own[LoyaltyAccount])),
        "points": read_rows(ledger.where(own[PointsHistory]).order_by(PointsHistory.id)),
        "rewards": read_rows(rewards.where(own[LoyaltyReward]).order_by(LoyaltyReward.id)),
    }


def erase_personal_data(*, person: Individual) -> None:
    """Delete the birthday of a member and the notes of their ledger; the points are not touched."""
    if person.user_id is None:
        return
    member = LoyaltyAccount.user_id == person.user_id
    run_erasures(
        sa.update(LoyaltyAccount).where(member).values(birth_day=None, birth_month=None),
        sa.update(PointsHistory).where(PointsHistory.user_id == person.user_id).values(notes=None),
    )
