"""Saved comparisons and the products in them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, UpdatedAt, mapped_column
from kashcraft.core.ids import ProductId, UserId


class SavedComparison(Model):
    """A named comparison of a customer; visitors with its ``share_token`` can open it."""

    __tablename__ = "saved_comparisons"
    __table_args__ = (
        sa.CheckConstraint("view_count >= 0", name="view_count"),
        sa.Index(None, "user_id", "updated_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str | None] = mapped_column(sa.Text)
    share_token: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    view_count: Mapped[int] = mapped_column(default=0)
    last_viewed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    items: Mapped[list[SavedComparisonItem]] = relationship(
        order_by="SavedComparisonItem.position",
        lazy="raise",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def product_ids(self) -> list[UUID]:
        """Return the ids of the products in their order."""
        return [item.product_id for item in self.items]

    @property
    def product_count(self) -> int:
        """Return the number of products."""
        return len(self.items)

    @property
    def is_public(self) -> bool:
        """Return whether the comparison has a link that has not been revoked."""
        return self.share_token is not None


class SavedComparisonItem(Model):
    """One of up to four products of a comparison."""

    __tablename__ = "saved_comparison_items"
    __table_args__ = (
        sa.UniqueConstraint("comparison_id", "product_id"),
        sa.UniqueConstraint("comparison_id", "position"),
        sa.CheckConstraint("position BETWEEN 1 AND 4", name="position"),
    )

    id: Mapped[Id]
    comparison_id: Mapped[UUID] = mapped_column(sa.ForeignKey("saved_comparisons.id", ondelete="CASCADE"))
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
