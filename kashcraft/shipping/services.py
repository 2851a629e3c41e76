"""Changes of zones and methods."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.core.money import decimal_places
from kashcraft.shipping.models import (
    MethodCode,
    ShippingMethod,
    ShippingRateBand,
    ShippingZone,
    ShippingZoneCountry,
)
from kashcraft.shipping.rules import Band


def save_zone(
    *,
    name: str,
    currency: str,
    countries: Collection[tuple[str, str]] = (),
    free_above: int | None = None,
    position: int = 0,
    is_rest_of_world: bool = False,
) -> ShippingZone:
    """Create or update the zone of that name, without its methods, and return it.

    ``countries`` are (country, region) codes; an empty region means the whole country. Raises
    DomainError: ``currency_unknown``, ``country_code``, ``amount_negative``, ``country_taken``,
    ``rest_of_world_taken``.
    """
    places = {(country.strip().upper(), region.strip().upper()) for country, region in countries}
    _check_zone(currency, places, free_above)
    zone = db.session.scalar(
        sa.select(ShippingZone).where(ShippingZone.name == name).options(selectinload(ShippingZone.countries))
    )
    if zone is None:
        zone = ShippingZone(id=new_id(), name=name, countries=[])
        db.session.add(zone)
    with db.session.no_autoflush:
        _check_free(zone.id, places, is_rest_of_world)
    zone.currency, zone.free_above = currency, free_above
    zone.position, zone.is_rest_of_world = position, is_rest_of_world
    known = {(row.country, row.region): row for row in zone.countries}
    zone.countries = [
        known.get(place) or ShippingZoneCountry(country=place[0], region=place[1]) for place in sorted(places)
    ]
    return zone


def _check_zone(currency: str, places: Collection[tuple[str, str]], free_above: int | None) -> None:
    try:
        decimal_places(currency)
    except ValueError as error:
        raise DomainError("currency_unknown", field="currency", currency=currency) from error
    for country, _ in places:
        if len(country) != 2 or not country.isalpha():
            raise DomainError("country_code", field="countries", country=country)
    if free_above is not None and free_above < 0:
        raise DomainError("amount_negative", field="free_above")


def _check_free(zone_id: UUID, places: Collection[tuple[str, str]], is_rest_of_world: bool) -> None:
    """Refuse countries, regions and a rest of the world that belong to another zone."""
    elsewhere = db.session.execute(
        sa.select(ShippingZoneCountry.country, ShippingZoneCountry.region, ShippingZone.name)
        .join(ShippingZone, ShippingZone.id == ShippingZoneCountry.zone_id)
        .where(
            ShippingZone.id != zone_id,
            ShippingZoneCountry.country.in_({country for country, _ in places}),
        )
    )
    for country, region, other in elsewhere:
        if (country, region) in places:
            raise DomainError("country_taken", field="countries", country=country, region=region, zone=other)
    if not is_rest_of_world:
        return
    holder = db.session.scalar(
        sa.select(ShippingZone.name).where(ShippingZone.id != zone_id, ShippingZone.is_rest_of_world)
    )
    if holder is not None:
        raise DomainError("rest_of_world_taken", field="is_rest_of_world", zone=holder)


def save_method(
    *,
    zone: ShippingZone,
    code: MethodCode,
    name: str,
    bands: Collection[Band],
    transit_days_min: int,
    transit_days_max: int,
    handling_days: int = 1,
    max_weight_grams: int | None = None,
    tax_class: str = "standard",
    is_active: bool = True,
    position: int = 0,
) -> ShippingMethod:
    """Create or update the zone's method of that code with its price bands, and return it.

    Raises DomainError: ``transit_days``, ``bands_missing``, ``band_twice``, ``band_without_base``,
    ``amount_negative``.
    """
    if handling_days < 0 or not 0 <= transit_days_min <= transit_days_max:
        raise DomainError("transit_days", field="transit_days_max")
    _check_bands(bands)
    method = db.session.scalar(
        sa.select(ShippingMethod)
        .where(ShippingMethod.zone_id == zone.id, ShippingMethod.code == code)
        .options(selectinload(ShippingMethod.bands))
    )
    if method is None:
        method = ShippingMethod(id=new_id(), zone_id=zone.id, code=code, bands=[])
        db.session.add(method)
    method.name, method.position, method.is_active = name, position, is_active
    method.transit_days_min, method.transit_days_max = transit_days_min, transit_days_max
    method.handling_days, method.max_weight_grams = handling_days, max_weight_grams
    method.tax_class = tax_class
    _replace_bands(method, bands)
    return method


def _check_bands(bands: Collection[Band]) -> None:
    """Refuse bands without a lightest class, and classes without a price from an amount of 0."""
    cells = {(band.over_grams, band.from_merchandise) for band in bands}
    if (0, 0) not in cells:
        raise DomainError("bands_missing", field="bands")
    if len(cells) != len(bands):
        raise DomainError("band_twice", field="bands")
    if any(min(band.price, band.over_grams, band.from_merchandise) < 0 for band in bands):
        raise DomainError("amount_negative", field="bands")
    for over_grams, _ in cells:
        if (over_grams, 0) not in cells:
            raise DomainError("band_without_base", field="bands", over_grams=over_grams)


def _replace_bands(method: ShippingMethod, bands: Collection[Band]) -> None:
    known = {(row.over_grams, row.from_merchandise): row for row in method.bands}
    rows: list[ShippingRateBand] = []
    for band in sorted(bands, key=lambda band: (band.over_grams, band.from_merchandise)):
        cell = band.over_grams, band.from_merchandise
        row = known.get(cell) or ShippingRateBand(over_grams=cell[0], from_merchandise=cell[1])
        row.price = band.price
        rows.append(row)
    method.bands = rows


def remove_zone(*, zone_id: UUID) -> ShippingZone:
    """Delete a zone with its countries, methods and bands; return the deleted zone. Raises NotFound."""
    zone = db.session.get(ShippingZone, zone_id)
    if zone is None:
        raise NotFound("shipping_zone_not_found")
    db.session.delete(zone)
    return zone


def remove_method(*, method_id: UUID) -> ShippingMethod:
    """Delete a method with its bands; return the deleted method. Raises NotFound."""
    method = db.session.get(ShippingMethod, method_id)
    if method is None:
        raise NotFound("shipping_method_not_found")
    db.session.delete(method)
    return method
