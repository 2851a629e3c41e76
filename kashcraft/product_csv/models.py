"""Product files that staff have sent, and the addresses of pictures in product files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, enum_column, mapped_column, primary_key
from kashcraft.core.ids import ProductId, ProductImportId
from kashcraft.product_csv.rules.imports import ImportState
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


class ProductImport(Model):
    """A product file that staff have sent, with the report of its check and of its import.

    ``data`` is the file until it is imported or refused. ``errors`` and ``lines`` are ready to read.
    """

    __tablename__ = "product_imports"

    id: Mapped[ProductImportId] = primary_key()
    name: Mapped[str] = mapped_column(sa.String(255))
    data: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    pictures: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ImportState] = enum_column(ImportState, "state", default=ImportState.CHECKING)
    errors: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    lines: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    created_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
