"""The table of quick-checkout sessions. Amounts are minor units of the session's currency."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import (
    CreatedAt,
    Currency,
    Id,
    Mapped,
    Minor,
    Model,
    UpdatedAt,
    enum_column,
    mapped_column,
)
from kashcraft.core.ids import OrderId, ProductId, UserId, new_token


class SessionStatus(StrEnum):
    """The status of a session; only active sessions can change it."""

    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class QuickCheckoutSession(Model):
    """One product, a customer's card and address, and the quote that is valid until ``expires_at``.

    ``session_id`` is the unguessable id in addresses; ``id`` is the holder of the stock.
    """

    __tablename__ = "quick_checkout_sessions"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint(
            "subtotal >= 0 AND shipping_cost >= 0 AND tax_amount >= 0 AND total_amount >= 0", name="quote"
        ),
        sa.CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed_at"),
        sa.CheckConstraint("status <> 'completed' OR order_id IS NOT NULL", name="completed_order"),
        sa.Index(
            "uq_quick_checkout_sessions_active_product",
            "user_id",
            "product_id",
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        ),
        sa.Index(None, "user_id", "status"),
        sa.Index(None, "status", "expires_at"),
    )

    id: Mapped[Id]
    session_id: Mapped[str] = mapped_column(sa.String(64), unique=True, default=new_token)
    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    quantity: Mapped[int]
    payment_method_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey(
            "saved_payment_methods.id", ondelete="SET NULL", name="fk_quick_checkout_sessions_payment_method"
        ),
        index=True,
    )
    shipping_address_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("saved_addresses.id", ondelete="SET NULL"), index=True
    )
    billing_address_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("saved_addresses.id", ondelete="SET NULL"), index=True
    )
    currency: Mapped[Currency]
    subtotal: Mapped[Minor | None]
    shipping_cost: Mapped[Minor | None]
    tax_amount: Mapped[Minor | None]
    total_amount: Mapped[Minor | None]
    status: Mapped[SessionStatus] = enum_column(SessionStatus, "status", default=SessionStatus.ACTIVE)
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="RESTRICT"), unique=True
    )
    completed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    @property
    def is_expired(self) -> bool:
        """Return whether the quote is no longer valid, even if the job has not run yet."""
        over = self.status is SessionStatus.ACTIVE and self.expires_at <= clock.now()
        return over or self.status is SessionStatus.EXPIRED
