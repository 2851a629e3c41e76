"""Members for tests, and orders that spend and earn their points."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import LoyaltyAccount, PointsHistory, RewardOffer, RewardType
from tests.factories.people import person
from tests.factories.rows import add_row


def member(points: int = 0, *, email: str | None = None) -> UUID:
    """Open an account with a balance of ``points`` and return its user id."""
    user_id = person(email=email)
    with step():
        services.open_account(user_id=user_id)
        if points != 100:
            services.adjust(user_id=user_id, points=points - 100, reason="For a test", key="first")
    return user_id


def an_order() -> UUID:
    """Create an order and return its id."""
    with step():
        order_id: UUID = add_row("orders")
    return order_id


def bought(user_id: UUID, net: int) -> UUID:
    """Create a paid purchase of ``net`` minor units and return the id of the order."""
    order_id = an_order()
    with step():
        services.earn(order_id=order_id, user_id=user_id, net=net, at=clock.now())
    return order_id


def spent(user_id: UUID, points: int) -> UUID:
    """Spend points on a new order and return its id."""
    order_id = an_order()
    with step():
        services.spend(user_id=user_id, order_id=order_id, points=points)
    return order_id


def an_offer(points: int = 500, **values: object) -> UUID:
    """Create a reward offer, by default 5.00 off, and return its id."""
    terms: dict[str, object] = {"name": "5.00 off", "reward_type": RewardType.DISCOUNT, "value": 500} | values
    with step():
        offer: RewardOffer = services.create_offer(
            terms=services.OfferTerms(points_cost=points, **terms)  # type: ignore[arg-type]
        )
    return offer.id


def granted(
    user_id: UUID,
    reward_type: RewardType,
    value: int = 0,
    *,
    name: str = "A gift",
    expires_at: datetime | None = None,
    **prize: Any,
) -> UUID:
    """Grant a member a reward and return its id."""
    with step():
        return services.grant_reward(
            user_id=user_id,
            prize=services.Prize(name=name, reward_type=reward_type, value=value, **prize),
            expires_at=expires_at,
        ).id


def account(user_id: UUID) -> LoyaltyAccount:
    """Return a member's account from the database."""
    rows = sa.select(LoyaltyAccount).where(LoyaltyAccount.user_id == user_id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def balance(user_id: UUID) -> int:
    """Return a member's balance after checking the ledger."""
    assert queries.list_differences() == []
    return account(user_id).available_points


def entries(user_id: UUID) -> list[tuple[str, str, int]]:
    """Return (type, source, points) of a member's ledger, oldest first."""
    rows = db.session.scalars(
        sa.select(PointsHistory).where(PointsHistory.user_id == user_id).order_by(PointsHistory.id)
    )
    return [(row.points_type.value, row.source_type.value, row.points_amount) for row in rows]


def lots(user_id: UUID) -> list[int]:
    """Return what remains in a member's lots, first to expire first, without empty ones."""
    rows = db.session.scalars(
        sa.select(PointsHistory.remaining)
        .where(PointsHistory.user_id == user_id, PointsHistory.remaining > 0)
        .order_by(PointsHistory.expires_at, PointsHistory.id)
    )
    return [row for row in rows if row]
