"""Where pictures of product files come from, and how far the shop is with fetching them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, enum_column, mapped_column
from kashcraft.core.ids import ProductId
from kashcraft.product_csv.rules.shop import SourceState


class PictureSource(Model):
    """An address that a file names for a picture of a page, by its SHA-256, and the picture once it is there.

    ``variant_ids`` are the choices that it will show, ``attempts`` how often it was tried, ``reason`` why the
    last try went wrong, ``due_at`` when the next one is. A picture that is taken off its page takes its
    source along.
    """

    __tablename__ = "picture_sources"
    __table_args__ = (
        sa.UniqueConstraint("product_id", "digest"),
        sa.CheckConstraint("(state = 'fetched') = (image_id IS NOT NULL)", name="image"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
        sa.Index("ix_picture_sources_state", "state", "id"),
    )

    id: Mapped[Id]
    product_id: Mapped[ProductId] = mapped_column(sa.ForeignKey("products.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))
    alt: Mapped[str] = mapped_column(sa.String(512), default="")
    position: Mapped[int] = mapped_column(default=0)
    variant_ids: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    state: Mapped[SourceState] = enum_column(SourceState, "state", default=SourceState.KEPT)
    image_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("product_images.id", ondelete="CASCADE"), index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    due_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
