"""Reads of zones and methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from kashcraft.core import autocommit
from kashcraft.core.caches import Cache
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import ShippingMethodId, ShippingZoneId
from kashcraft.core.money import Money
from kashcraft.core.reference_version import cached_at_version, seen_version
from kashcraft.core.settings import settings, shop_time
from kashcraft.shipping.models import (
    MethodCode,
    ShippingMethod,
    ShippingRateBand,
    ShippingZone,
    ShippingZoneCountry,
)
from kashcraft.shipping.rules import (
    Band,
    DeliveryWindow,
    ListedZone,
    Method,
    MethodInput,
    StoredMethod,
    StoredZone,
    Zone,
    ZoneInput,
    delivery_window,
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The countries that have a zone of their own, and whether all other countries have one."""

    countries: frozenset[str]
    everywhere: bool

    def includes(self, country: str) -> bool:
        """Return whether the shop delivers to at least a part of that country."""
        return self.everywhere or country.upper() in self.countries


# Zones change rarely: all that is cached of them belongs to the version it was read under.
ZONES_BY_VERSION: Cache[tuple[str, str], tuple[int, Zone | None]] = Cache("zones", most=512)
COVERAGE_BY_VERSION: Cache[str, tuple[int, Coverage]] = Cache("coverage", most=1)
PRICES_BY_VERSION: Cache[str, tuple[int, tuple[ListedZone, ...]]] = Cache("delivery prices", most=1)


def _zone_of_place() -> sa.Subquery:
    here = sa.and_(
        ShippingZoneCountry.zone_id == ShippingZone.id,
        ShippingZoneCountry.country == sa.bindparam("country"),
        ShippingZoneCountry.region.in_(sa.bindparam("regions", expanding=True)),
    )
    return (
        sa.select(ShippingZone.id, ShippingZone.name, ShippingZone.currency, ShippingZone.free_above)
        .outerjoin(ShippingZoneCountry, here)
        .where(sa.or_(ShippingZoneCountry.id.is_not(None), ShippingZone.is_rest_of_world))
        .order_by(ShippingZoneCountry.id.is_(None), ShippingZoneCountry.region.desc())
        .limit(1)
        .subquery()
    )


def _zone_with_prices() -> sa.Select[*tuple[Any, ...]]:
    """Return the statement for a destination's zone: first the columns of a method, then price and zone."""
    zone = _zone_of_place()
    return (
        sa.select(
            ShippingMethod.code, ShippingMethod.name, ShippingMethod.handling_days,
            ShippingMethod.transit_days_min, ShippingMethod.transit_days_max, ShippingMethod.tax_class,
            ShippingMethod.max_weight_grams,
            ShippingRateBand.price, ShippingRateBand.over_grams, ShippingRateBand.from_merchandise,
            zone.c.name.label("zone"), zone.c.currency, zone.c.free_above,
        )
        .select_from(zone)
        .outerjoin(
            ShippingMethod, sa.and_(ShippingMethod.zone_id == zone.c.id, ShippingMethod.is_active)
        )
        .outerjoin(ShippingRateBand, ShippingRateBand.method_id == ShippingMethod.id)
        .order_by(
            ShippingMethod.position, ShippingMethod.code,
            ShippingRateBand.over_grams, ShippingRateBand.from_merchandise,
        )
    )  # fmt: skip


# The columns of a method at the head of each row of the statement.
METHOD_COLUMNS = 7
MethodRow = tuple[MethodCode, str, int, int, int, str, int | None]
_ZONE = _zone_with_prices()


def find_zone(country: str, region: str = "", *, version: int | None = None) -> Zone | None:
    """Return the zone of a destination with its active methods and their prices, or None.

    A region takes precedence over its country, and both over the rest of the world. One statement, or
    none if the zone is cached for this ``version`` (see ``core.reference_version``). The result is plain
    data.
    """
    place = (country.strip().upper(), region.strip().upper())
    return cached_at_version(version, ZONES_BY_VERSION, place, lambda: _read_zone(*place))


def _read_zone(country: str, region: str) -> Zone | None:
    rows = autocommit.rows(_ZONE, {"country": country, "regions": ["", region]})
    if not rows:
        return None
    first = rows[0]
    return Zone(
        name=first.zone, currency=first.currency, free_above=first.free_above, methods=tuple(_methods(rows))
    )


def find_cached_zone(country: str) -> Zone | None:
    """Return the zone of a country at the version that the request has seen.

    No statement where it is cached, and where another statement has read the version.
    """
    return find_zone(country, version=seen_version())


def find_arrival(zone: Zone | None) -> DeliveryWindow | None:
    """Return the delivery window of a zone's first method for an order placed now, or None."""
    if zone is None or not zone.methods:
        return None
    cutoff = settings().order_cutoff_hour
    return delivery_window(zone.methods[0], ordered_at=shop_time(), cutoff_hour=cutoff)


def find_free_above(country: str) -> Money | None:
    """Return the amount of goods from which standard delivery is free in a country, or None.

    It is as fresh as ``find_cached_zone``.
    """
    zone = find_cached_zone(country)
    return Money(zone.free_above, zone.currency) if zone and zone.free_above is not None else None


def _methods(rows: Sequence[Any]) -> list[Method]:
    bands: dict[MethodRow, list[Band]] = {}
    for row in rows:
        if row.price is not None:
            band = Band(price=row.price, over_grams=row.over_grams, from_merchandise=row.from_merchandise)
            bands.setdefault(row[:METHOD_COLUMNS], []).append(band)
    return [_method(method, tuple(prices)) for method, prices in bands.items()]


def _method(row: MethodRow, bands: tuple[Band, ...]) -> Method:
    code, name, handling_days, transit_days_min, transit_days_max, tax_class, max_weight_grams = row
    return Method(
        code=code.value,
        name=name,
        bands=bands,
        handling_days=handling_days,
        transit_days_min=transit_days_min,
        transit_days_max=transit_days_max,
        tax_class=tax_class,
        is_express=code is MethodCode.EXPRESS,
        max_weight_grams=max_weight_grams,
    )


def get_coverage(*, version: int | None = None) -> Coverage:
    """Return the countries that the shop delivers to.

    One statement, or none if they are cached for this ``version`` (see ``core.reference_version``).
    """
    return cached_at_version(version, COVERAGE_BY_VERSION, "all", _read_coverage)


_COVERED = sa.select(ShippingZone.is_rest_of_world, ShippingZoneCountry.country).outerjoin(
    ShippingZone.countries
)


def _read_coverage() -> Coverage:
    rows = autocommit.rows(_COVERED)
    return Coverage(
        countries=frozenset(country for _, country in rows if country),
        everywhere=any(rest_of_world for rest_of_world, _ in rows),
    )


def list_zones() -> list[ShippingZone]:
    """Return all zones by position, with countries, methods and bands loaded, in four statements."""
    statement = sa.select(ShippingZone).order_by(ShippingZone.position, ShippingZone.name)
    loaded = (
        selectinload(ShippingZone.countries),
        selectinload(ShippingZone.methods).selectinload(ShippingMethod.bands),
    )
    return list(db.session.scalars(statement.options(*loaded)))


def get_zone(zone_id: ShippingZoneId) -> ShippingZone:
    """Return a zone with its countries, methods and bands loaded, in four statements. Raises NotFound."""
    loaded = selectinload(ShippingZone.methods).selectinload(ShippingMethod.bands)
    statement = sa.select(ShippingZone).where(ShippingZone.id == zone_id)
    found = db.session.scalar(statement.options(selectinload(ShippingZone.countries), loaded))
    if found is None:
        raise NotFound("shipping_zone_not_found")
    return found


def get_method(method_id: ShippingMethodId) -> ShippingMethod:
    """Return a method with its zone and bands loaded, in two statements. Raises NotFound."""
    statement = sa.select(ShippingMethod).where(ShippingMethod.id == method_id)
    loaded = joinedload(ShippingMethod.zone), selectinload(ShippingMethod.bands)
    found = db.session.scalar(statement.options(*loaded))
    if found is None:
        raise NotFound("shipping_method_not_found")
    return found


def get_zone_input(row: ShippingZone) -> ZoneInput:
    """Return what was entered about a zone, whose countries are loaded."""
    return ZoneInput(
        name=row.name,
        currency=row.currency,
        places=frozenset((place.country, place.region) for place in row.countries),
        free_above=row.free_above,
        is_rest_of_world=row.is_rest_of_world,
    )


def get_method_input(row: ShippingMethod) -> MethodInput:
    """Return what was entered about a method, whose bands are loaded."""
    return MethodInput(
        code=row.code.value,
        name=row.name,
        bands=_bands(row),
        transit_days_min=row.transit_days_min,
        transit_days_max=row.transit_days_max,
        handling_days=row.handling_days,
        max_weight_grams=row.max_weight_grams,
        tax_class=row.tax_class,
        is_active=row.is_active,
    )


def list_stored_zones() -> list[StoredZone]:
    """Return all zones as plain values by position, in four statements."""
    return [_stored_zone(row) for row in list_zones()]


def get_stored_zone(zone_id: ShippingZoneId) -> StoredZone:
    """Return a zone as plain values, in four statements. Raises NotFound."""
    return _stored_zone(get_zone(zone_id))


def get_stored_method(method_id: ShippingMethodId) -> StoredMethod:
    """Return a method as plain values, in two statements. Raises NotFound."""
    row = get_method(method_id)
    return _stored_method(row, row.zone)


def _stored_zone(row: ShippingZone) -> StoredZone:
    methods = tuple(_stored_method(method, row) for method in row.methods)
    return StoredZone(id=row.id, data=get_zone_input(row), methods=methods)


def _stored_method(row: ShippingMethod, zone: ShippingZone) -> StoredMethod:
    return StoredMethod(
        id=row.id, zone_id=zone.id, zone=zone.name, currency=zone.currency, data=get_method_input(row)
    )


def list_priced_zones() -> tuple[ListedZone, ...]:
    """Return all zones with their active methods and prices at the version that the request has seen.

    Four statements, or none where they are cached.
    """
    return cached_at_version(
        seen_version(), PRICES_BY_VERSION, "all", lambda: tuple(_listed(zone) for zone in list_zones())
    )


def _listed(row: ShippingZone) -> ListedZone:
    methods = tuple(_listed_method(method) for method in row.methods if method.is_active)
    return ListedZone(
        zone=Zone(name=row.name, currency=row.currency, free_above=row.free_above, methods=methods),
        countries=tuple(sorted({place.country for place in row.countries})),
        is_rest_of_world=row.is_rest_of_world,
    )


def _bands(row: ShippingMethod) -> tuple[Band, ...]:
    return tuple(
        Band(price=band.price, over_grams=band.over_grams, from_merchandise=band.from_merchandise)
        for band in row.bands
    )


def _listed_method(row: ShippingMethod) -> Method:
    return Method(
        code=row.code.value,
        name=row.name,
        bands=_bands(row),
        handling_days=row.handling_days,
        transit_days_min=row.transit_days_min,
        transit_days_max=row.transit_days_max,
        tax_class=row.tax_class,
        is_express=row.code is MethodCode.EXPRESS,
        max_weight_grams=row.max_weight_grams,
    )


def has_prices() -> bool:
    """Return whether there is any delivery price. One statement."""
    return bool(autocommit.rows(sa.select(ShippingRateBand.id).limit(1)))
