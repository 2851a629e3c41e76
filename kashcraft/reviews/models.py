"""Reviews of products."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, UpdatedAt, enum_column, mapped_column
from kashcraft.core.ids import ProductId, UserId


class ReviewStatus(StrEnum):
    """The state of moderation."""

    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"


class Review(Model):
    """One person's review of a product; it stays, without the account, when the account is deleted."""

    __tablename__ = "reviews"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "product_id"),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        sa.CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_at"),
        sa.CheckConstraint("(staff_reply IS NULL) = (replied_at IS NULL)", name="staff_reply"),
        sa.Index(None, "product_id", "status", "published_at"),
        sa.Index(None, "status", "created_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    product_id: Mapped[ProductId] = mapped_column(sa.ForeignKey("products.id", ondelete="CASCADE"))
    rating: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    author_name: Mapped[str] = mapped_column(sa.String(120))
    verified_purchase: Mapped[bool] = mapped_column(default=False)
    status: Mapped[ReviewStatus] = enum_column(ReviewStatus, "status", default=ReviewStatus.PENDING)
    published_at: Mapped[datetime | None]
    staff_reply: Mapped[str | None] = mapped_column(sa.Text)
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
