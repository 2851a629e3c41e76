"""Reads of zones and methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core import clock
from kashcraft.core.context import kept
from kashcraft.core.db import db
from kashcraft.core.money import Money
from kashcraft.shipping.models import (
    MethodCode,
    ShippingMethod,
    ShippingRateBand,
    ShippingZone,
    ShippingZoneCountry,
)
from kashcraft.shipping.rules import Band, Method, Zone

ZONE_AGE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The countries with a zone of their own, and whether everywhere else is delivered to as well."""

    countries: frozenset[str]
    everywhere: bool

    def includes(self, country: str) -> bool:
        """Return whether at least a part of that country is delivered to."""
        return self.everywhere or country.upper() in self.countries


def zone_for(country: str, region: str = "") -> Zone | None:
    """Return the zone of a destination with its active methods and their prices, or None if it has none.

    A region goes before its country and both before the rest of the world. One statement; the result is plain
    data, without rows of the session.
    """
    zone = _zone_of(country.strip().upper(), region.strip().upper())
    rows = db.session.execute(
        sa.select(zone, ShippingMethod, ShippingRateBand)
        .outerjoin(
            ShippingMethod, sa.and_(ShippingMethod.zone_id == zone.c.id, ShippingMethod.is_active)
        )
        .outerjoin(ShippingRateBand, ShippingRateBand.method_id == ShippingMethod.id)
        .order_by(
            ShippingMethod.position, ShippingMethod.code,
            ShippingRateBand.over_grams, ShippingRateBand.from_merchandise,
        )
    ).all()  # fmt: skip
    if not rows:
        return None
    first = rows[0]
    return Zone(
        name=first.name, currency=first.currency, free_above=first.free_above, methods=tuple(_methods(rows))
    )


def kept_zone(country: str) -> Zone | None:
    """Return the zone of a country, read once a minute in each process: zones change a few times a year."""
    cache, now = kept("shipping"), clock.now()
    known = cache.get(country)
    if known is None or known[0] <= now:
        known = cache[country] = (now + ZONE_AGE, zone_for(country))
    zone: Zone | None = known[1]
    return zone


def free_above(country: str) -> Money | None:
    """Return the goods from which standard delivery to a country is free, or None; as fresh as the zone."""
    zone = kept_zone(country)
    return Money(zone.free_above, zone.currency) if zone and zone.free_above is not None else None


def _zone_of(country: str, region: str) -> sa.Subquery:
    here = sa.and_(
        ShippingZoneCountry.zone_id == ShippingZone.id,
        ShippingZoneCountry.country == country,
        ShippingZoneCountry.region.in_(["", region]),
    )
    return (
        sa.select(ShippingZone.id, ShippingZone.name, ShippingZone.currency, ShippingZone.free_above)
        .outerjoin(ShippingZoneCountry, here)
        .where(sa.or_(ShippingZoneCountry.id.is_not(None), ShippingZone.is_rest_of_world))
        .order_by(ShippingZoneCountry.id.is_(None), ShippingZoneCountry.region.desc())
        .limit(1)
        .subquery()
    )


def _methods(rows: Sequence[sa.Row[Any]]) -> list[Method]:
    bands: dict[ShippingMethod, list[Band]] = {}
    for row in rows:
        method, band = row.ShippingMethod, row.ShippingRateBand
        if band is not None:
            known = bands.setdefault(method, [])
            known.append(
                Band(price=band.price, over_grams=band.over_grams, from_merchandise=band.from_merchandise)
            )
    return [_method(method, tuple(prices)) for method, prices in bands.items()]


def _method(row: ShippingMethod, bands: tuple[Band, ...]) -> Method:
    return Method(
        code=row.code.value,
        name=row.name,
        bands=bands,
        handling_days=row.handling_days,
        transit_days_min=row.transit_days_min,
        transit_days_max=row.transit_days_max,
        tax_class=row.tax_class,
        is_express=row.code is MethodCode.EXPRESS,
        max_weight_grams=row.max_weight_grams,
    )


def coverage() -> Coverage:
    """Return where the shop delivers to, in one statement."""
    rows = db.session.execute(
        sa.select(ShippingZone.is_rest_of_world, ShippingZoneCountry.country).outerjoin(
            ShippingZone.countries
        )
    ).all()
    return Coverage(
        countries=frozenset(country for _, country in rows if country),
        everywhere=any(rest_of_world for rest_of_world, _ in rows),
    )


def all_zones() -> list[ShippingZone]:
    """Return every zone in its order with countries, methods and bands loaded, in four statements."""
    statement = sa.select(ShippingZone).order_by(ShippingZone.position, ShippingZone.name)
    loaded = (
        selectinload(ShippingZone.countries),
        selectinload(ShippingZone.methods).selectinload(ShippingMethod.bands),
    )
    return list(db.session.scalars(statement.options(*loaded)))
