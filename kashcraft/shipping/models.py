"""Delivery zones, their countries, methods and prices. Amounts are minor units of the zone's currency."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import relationship

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
    primary_key,
)
from kashcraft.core.ids import ShippingMethodId, ShippingZoneId


class MethodCode(StrEnum):
    """The speed of a delivery method. Perks and free delivery depend on it."""

    STANDARD = "standard"
    EXPRESS = "express"


class ShippingZone(Model):
    """Destinations that share delivery methods and prices; one zone may be the rest of the world.

    ``free_above`` is the amount of goods after discounts from which (inclusive) standard delivery is
    free.
    """

    __tablename__ = "shipping_zones"
    __table_args__ = (
        sa.CheckConstraint("free_above >= 0", name="free_above"),
        sa.Index(
            "uq_shipping_zones_rest_of_world",
            "is_rest_of_world",
            unique=True,
            sqlite_where=sa.text("is_rest_of_world"),
            postgresql_where=sa.text("is_rest_of_world"),
        ),
    )

    id: Mapped[ShippingZoneId] = primary_key()
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    currency: Mapped[Currency]
    free_above: Mapped[Minor | None]
    position: Mapped[int] = mapped_column(default=0)
    is_rest_of_world: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    countries: Mapped[list[ShippingZoneCountry]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    methods: Mapped[list[ShippingMethod]] = relationship(
        back_populates="zone",
        order_by="ShippingMethod.position",
        lazy="raise",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )


class ShippingZoneCountry(Model):
    """A country of a zone, or one region of it; a region takes precedence over its country."""

    __tablename__ = "shipping_zone_countries"
    __table_args__ = (
        sa.UniqueConstraint("country", "region"),
        sa.CheckConstraint("length(country) = 2 AND country = upper(country)", name="country"),
    )

    id: Mapped[Id]
    zone_id: Mapped[ShippingZoneId] = mapped_column(
        sa.ForeignKey("shipping_zones.id", ondelete="CASCADE"), index=True
    )
    country: Mapped[str] = mapped_column(sa.String(2))
    region: Mapped[str] = mapped_column(sa.String(40), default="")


class ShippingMethod(Model):
    """A delivery method of a zone. Days are business days; handling precedes transit."""

    __tablename__ = "shipping_methods"
    __table_args__ = (
        sa.UniqueConstraint("zone_id", "code"),
        sa.CheckConstraint("handling_days >= 0", name="handling_days"),
        sa.CheckConstraint(
            "transit_days_min >= 0 AND transit_days_max >= transit_days_min", name="transit_days"
        ),
        sa.CheckConstraint("max_weight_grams > 0", name="max_weight"),
    )

    id: Mapped[ShippingMethodId] = primary_key()
    zone_id: Mapped[ShippingZoneId] = mapped_column(sa.ForeignKey("shipping_zones.id", ondelete="CASCADE"))
    code: Mapped[MethodCode] = enum_column(MethodCode, "code")
    name: Mapped[str] = mapped_column(sa.String(80))
    handling_days: Mapped[int] = mapped_column(default=1)
    transit_days_min: Mapped[int]
    transit_days_max: Mapped[int]
    max_weight_grams: Mapped[int | None]
    tax_class: Mapped[str] = mapped_column(sa.String(40), default="standard")
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    zone: Mapped[ShippingZone] = relationship(back_populates="methods", lazy="raise")
    bands: Mapped[list[ShippingRateBand]] = relationship(
        order_by="(ShippingRateBand.over_grams, ShippingRateBand.from_merchandise)",
        lazy="raise",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )


class ShippingRateBand(Model):
    """The price of a method above a weight and from an amount of goods after discounts."""

    __tablename__ = "shipping_rate_bands"
    __table_args__ = (
        sa.UniqueConstraint("method_id", "over_grams", "from_merchandise"),
        sa.CheckConstraint("over_grams >= 0 AND from_merchandise >= 0 AND price >= 0", name="amounts"),
    )

    id: Mapped[Id]
    method_id: Mapped[ShippingMethodId] = mapped_column(
        sa.ForeignKey("shipping_methods.id", ondelete="CASCADE")
    )
    over_grams: Mapped[int] = mapped_column(default=0)
    from_merchandise: Mapped[Minor] = mapped_column(default=0)
    price: Mapped[Minor]
