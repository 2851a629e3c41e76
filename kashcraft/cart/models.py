"""Carts and their lines."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import CreatedAt, Id, Mapped, Minor, Model, UpdatedAt, mapped_column


class Cart(Model):
    """A cart, of a member or of the browser that knows its token.

    ``pending_order_id`` is the order that was placed from it and waits for its money: changing the cart
    cancels that order, its payment empties the cart.
    """

    __tablename__ = "carts"
    __table_args__ = (sa.CheckConstraint("user_id IS NOT NULL OR token_hash IS NOT NULL", name="owner"),)

    id: Mapped[Id]
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    pending_order_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="SET NULL"), unique=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt] = mapped_column(index=True)

    lines: Mapped[list[CartLine]] = relationship(
        order_by="CartLine.id", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )


class CartLine(Model):
    """One product in a cart; ``seen_price`` is the price its owner last saw, in minor units."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        sa.UniqueConstraint("cart_id", "product_id"),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity"),
        sa.CheckConstraint("seen_price >= 0", name="seen_price"),
    )

    id: Mapped[Id]
    cart_id: Mapped[UUID] = mapped_column(sa.ForeignKey("carts.id", ondelete="CASCADE"))
    product_id: Mapped[UUID] = mapped_column(sa.ForeignKey("products.id", ondelete="CASCADE"), index=True)
    quantity: Mapped[int]
    seen_price: Mapped[Minor]
    is_saved: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
