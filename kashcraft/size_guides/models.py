"""Size guides; measurements are stored in millimeters."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, UpdatedAt, enum_column, mapped_column
from kashcraft.core.ids import CategoryId, ProductId


class MeasuredThing(StrEnum):
    """Whether a measurement is of the body or of the garment."""

    BODY = "body"
    GARMENT = "garment"


class LengthUnit(StrEnum):
    """The unit in which a measurement was entered and is shown first."""

    CENTIMETRE = "cm"
    INCH = "in"


class SizeGuide(Model):
    """The guide of a product or of a category."""

    __tablename__ = "size_guides"
    __table_args__ = (
        sa.CheckConstraint("(product_id IS NULL) <> (category_id IS NULL)", name="one_scope"),
        sa.CheckConstraint("usage_count >= 0", name="usage_count"),
    )

    id: Mapped[Id]
    product_id: Mapped[ProductId | None] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), unique=True
    )
    category_id: Mapped[CategoryId | None] = mapped_column(
        sa.ForeignKey("categories.id", ondelete="CASCADE"), unique=True
    )
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str | None] = mapped_column(sa.Text)
    fit_description: Mapped[str | None] = mapped_column(sa.Text)
    fit_images: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    usage_count: Mapped[int] = mapped_column(default=0)
    last_viewed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    rows: Mapped[list[SizeGuideRow]] = relationship(
        order_by="SizeGuideRow.position", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    conversions: Mapped[list[SizeConversion]] = relationship(
        order_by="SizeConversion.position", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def measurements(self) -> dict[str, dict[tuple[MeasuredThing, str], tuple[int, int]]]:
        """Return the measurements by size and kind as smallest and largest value in millimeters."""
        table: dict[str, dict[tuple[MeasuredThing, str], tuple[int, int]]] = {}
        for row in self.rows:
            table.setdefault(row.size, {})[row.measured, row.measurement] = (row.minimum_mm, row.maximum_mm)
        return table

    @property
    def conversion_charts(self) -> dict[str, dict[str, str]]:
        """Return the labels of each system by size: system, then size, then label."""
        charts: dict[str, dict[str, str]] = {}
        for conversion in self.conversions:
            charts.setdefault(conversion.system, {})[conversion.size] = conversion.label
        return charts


class SizeGuideRow(Model):
    """One measurement of one size, as a range."""

    __tablename__ = "size_guide_rows"
    __table_args__ = (
        sa.UniqueConstraint("guide_id", "size", "measurement", "measured"),
        sa.CheckConstraint("minimum_mm > 0 AND minimum_mm <= maximum_mm", name="range"),
        sa.Index(None, "guide_id", "measured", "measurement", "minimum_mm"),
    )

    id: Mapped[Id]
    guide_id: Mapped[UUID] = mapped_column(sa.ForeignKey("size_guides.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    size: Mapped[str] = mapped_column(sa.String(24))
    measurement: Mapped[str] = mapped_column(sa.String(40))
    measured: Mapped[MeasuredThing] = enum_column(MeasuredThing, "measured", default=MeasuredThing.BODY)
    minimum_mm: Mapped[int]
    maximum_mm: Mapped[int]
    unit: Mapped[LengthUnit] = enum_column(LengthUnit, "unit", default=LengthUnit.CENTIMETRE)


class SizeConversion(Model):
    """The label of a size in one system (EU, UK, US ...)."""

    __tablename__ = "size_conversions"
    __table_args__ = (
        sa.UniqueConstraint("guide_id", "system", "size"),
        sa.Index(None, "guide_id", "system", "label"),
    )

    id: Mapped[Id]
    guide_id: Mapped[UUID] = mapped_column(sa.ForeignKey("size_guides.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    size: Mapped[str] = mapped_column(sa.String(24))
    system: Mapped[str] = mapped_column(sa.String(12))
    label: Mapped[str] = mapped_column(sa.String(24))
