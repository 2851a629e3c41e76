"""Points that orders have earned."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.ids import OrderId
from kashcraft.loyalty.models import PointsHistory, PointsType
from kashcraft.loyalty.rules import Earned


def find_earned(order_id: OrderId, currency: str) -> Earned | None:
    """Return the points that an order in ``currency`` earned, or None. One statement."""
    row = db.session.execute(
        sa.select(PointsHistory.points_amount, PointsHistory.multiplier_bp).where(
            PointsHistory.order_id == order_id, PointsHistory.points_type == PointsType.EARN
        )
    ).one_or_none()
    return Earned(row.points_amount, row.multiplier_bp, currency) if row else None
