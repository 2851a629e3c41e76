"""Carts, their lines, and the codes entered for them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import (
    CreatedAt,
    Mapped,
    Minor,
    Model,
    UpdatedAt,
    Whole,
    enum_column,
    mapped_column,
    primary_key,
)
from kashcraft.core.ids import (
    CartCodeId,
    CartId,
    CartLineId,
    GiftCardId,
    OrderId,
    ProductId,
    RewardId,
    UserId,
)


class Cart(Model):
    """The cart of a member, or of a guest whose browser holds its token.

    ``pending_order_id`` is the order that was placed from the cart and is not paid yet. Changing the cart
    cancels that order; its payment empties the cart. ``points`` and ``reward_id`` are what a member wants to
    use. They are not redeemed before the order is placed.
    """

    __tablename__ = "carts"
    __table_args__ = (
        sa.CheckConstraint("user_id IS NOT NULL OR token_hash IS NOT NULL", name="owner"),
        sa.CheckConstraint("points >= 0", name="points"),
    )

    id: Mapped[CartId] = primary_key()
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    pending_order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="SET NULL"), unique=True
    )
    points: Mapped[Whole] = mapped_column(default=0)
    reward_id: Mapped[RewardId | None] = mapped_column(
        sa.ForeignKey("loyalty_rewards.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt] = mapped_column(index=True)

    lines: Mapped[list[CartLine]] = relationship(
        order_by="CartLine.id", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )


class CartLine(Model):
    """One product in a cart; ``seen_price`` is the price that the owner last saw, in minor units.

    ``details`` holds the gift data of a gift card. ``details_key`` distinguishes lines of one product with
    different details; it is empty for products without details.
    """

    __tablename__ = "cart_lines"
    __table_args__ = (
        sa.UniqueConstraint("cart_id", "product_id", "details_key"),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity"),
        sa.CheckConstraint("seen_price >= 0", name="seen_price"),
    )

    id: Mapped[CartLineId] = primary_key()
    cart_id: Mapped[CartId] = mapped_column(sa.ForeignKey("carts.id", ondelete="CASCADE"))
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    quantity: Mapped[int]
    seen_price: Mapped[Minor]
    is_saved: Mapped[bool] = mapped_column(default=False)
    details: Mapped[dict[str, Any] | None]
    details_key: Mapped[str] = mapped_column(sa.String(64), default="")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class CodeKind(StrEnum):
    """The kinds of codes."""

    VOUCHER = "voucher"
    GIFT_CARD = "gift_card"


class CartCode(Model):
    """A code entered for a cart: at most one voucher, any number of gift cards.

    The code of a gift card is worth money and is not stored. The row refers to the card and holds its last
    four characters for display.
    """

    __tablename__ = "cart_codes"
    __table_args__ = (
        sa.UniqueConstraint("cart_id", "gift_card_id"),
        sa.Index(
            "uq_cart_codes_voucher",
            "cart_id",
            unique=True,
            sqlite_where=sa.text("kind = 'voucher'"),
            postgresql_where=sa.text("kind = 'voucher'"),
        ),
        sa.CheckConstraint("(kind = 'voucher') = (voucher_code IS NOT NULL)", name="voucher_code"),
        sa.CheckConstraint("(kind = 'gift_card') = (gift_card_id IS NOT NULL)", name="gift_card_id"),
        sa.CheckConstraint("(gift_card_id IS NULL) = (last_four IS NULL)", name="last_four"),
    )

    id: Mapped[CartCodeId] = primary_key()
    cart_id: Mapped[CartId] = mapped_column(sa.ForeignKey("carts.id", ondelete="CASCADE"))
    kind: Mapped[CodeKind] = enum_column(CodeKind, "kind")
    voucher_code: Mapped[str | None] = mapped_column(sa.String(40))
    gift_card_id: Mapped[GiftCardId | None] = mapped_column(
        sa.ForeignKey("gift_cards.id", ondelete="CASCADE"), index=True
    )
    last_four: Mapped[str | None] = mapped_column(sa.String(4))
    created_at: Mapped[CreatedAt]
