"""The table of checkouts."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Mapped, Model, UpdatedAt, enum_column, mapped_column, primary_key
from kashcraft.core.ids import CartId, CheckoutId, UserId


class CheckoutStatus(StrEnum):
    """The status of a checkout.

    It is open while it is filled in, placed after its order was written, and closed after the order was paid
    or ended.
    """

    OPEN = "open"
    PLACED = "placed"
    CLOSED = "closed"


class Checkout(Model):
    """The details that a buyer has entered; its id is the idempotency key of its order."""

    __tablename__ = "checkouts"
    __table_args__ = (
        sa.Index(
            "uq_checkouts_live",
            "cart_id",
            unique=True,
            sqlite_where=sa.text("status <> 'closed'"),
            postgresql_where=sa.text("status <> 'closed'"),
        ),
    )

    id: Mapped[CheckoutId] = primary_key()
    cart_id: Mapped[CartId] = mapped_column(sa.ForeignKey("carts.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    status: Mapped[CheckoutStatus] = enum_column(CheckoutStatus, "status", default=CheckoutStatus.OPEN)
    email: Mapped[str | None] = mapped_column(sa.String(254))
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    shipping_address: Mapped[dict[str, Any] | None]
    billing_address: Mapped[dict[str, Any] | None]
    delivery_code: Mapped[str | None] = mapped_column(sa.String(40))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
