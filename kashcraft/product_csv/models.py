"""Addresses of pictures from product files, and the state of fetching them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, enum_column, mapped_column
from kashcraft.core.ids import ProductId
from kashcraft.product_csv.rules.shop import SourceState


class PictureSource(Model):
    """The address of a picture that a file names for a page, and the picture once it is fetched.

    ``digest`` is the address's SHA-256. ``variant_ids`` are the variants that the picture shows. ``attempts``
    counts the tries, ``reason`` is why the last one failed, ``due_at`` is the time of the next one. Removing
    a picture from its page deletes its source.
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
    state: Mapped[SourceState] = enum_column(SourceState, "state", default=SourceState.STORED)
    image_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("product_images.id", ondelete="CASCADE"), index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    due_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
