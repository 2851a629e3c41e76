"""Changes of zones: their names, countries, threshold of free delivery and order."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core import audit_trail, reference_version
from kashcraft.core.content_version import refuse_outdated
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ShippingZoneId, new_id
from kashcraft.core.money import decimal_places
from kashcraft.shipping import queries
from kashcraft.shipping.models import ShippingZone, ShippingZoneCountry
from kashcraft.shipping.rules import ZoneInput, other_order

SUBJECT = "shipping zone"


def create_zone(*, data: ZoneInput) -> ShippingZone:
    """Create a zone without methods, after all others; return it.

    Raises DomainError: ``zone_name_taken``, ``currency_unknown``, ``country_code``, ``amount_negative``,
    ``country_taken``, ``rest_of_world_taken``, ``zone_without_places``.
    """
    reference_version.change_in_turn()
    last = db.session.scalar(sa.select(sa.func.max(ShippingZone.position)))
    return _create(data, position=0 if last is None else last + 1)


def change_zone(*, zone_id: ShippingZoneId, data: ZoneInput, seen: str | None = None) -> ShippingZone:
    """Change a zone, whose methods stay; return it.

    ``seen`` is the version of the values that the person saw. Raises NotFound, and DomainError as
    ``create_zone``, or ``outdated``.
    """
    reference_version.change_in_turn()
    zone = queries.get_zone(zone_id)
    before = queries.get_zone_input(zone).values()
    refuse_outdated(seen, before)
    _write(zone, data)
    _record_change(zone, before, data.values())
    return zone


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

    ``countries`` are (country, region) codes; an empty region means the whole country. Raises DomainError as
    ``create_zone``.
    """
    reference_version.change_in_turn()
    data = ZoneInput(
        name=name,
        currency=currency,
        places=frozenset(countries),
        free_above=free_above,
        is_rest_of_world=is_rest_of_world,
    )
    zone = db.session.scalar(
        sa.select(ShippingZone).where(ShippingZone.name == name).options(selectinload(ShippingZone.countries))
    )
    if zone is None:
        return _create(data, position=position)
    before = queries.get_zone_input(zone).values()
    _write(zone, data)
    zone.position = position
    _record_change(zone, before, queries.get_zone_input(zone).values())
    return zone


def move_zone(*, zone_id: ShippingZoneId, up: bool) -> None:
    """Move a zone one place up or down in the list; the first and the last one stay. Raises NotFound."""
    reference_version.change_in_turn()
    zone = queries.get_zone(zone_id)
    order = (ShippingZone.position, ShippingZone.name)
    zones = list(db.session.scalars(sa.select(ShippingZone).order_by(*order)))
    before = zones.index(zone)
    for place, row in enumerate(other_order(zones, zone, up=up)):
        row.position = place
    if zone.position != before:
        audit_trail.record(
            SUBJECT,
            action="reordered",
            subject_id=zone.id,
            title=zone.name,
            before={"place": before + 1},
            after={"place": zone.position + 1},
        )


def remove_zone(*, zone_id: ShippingZoneId) -> ShippingZone:
    """Delete a zone with its countries, methods and bands; return the deleted zone. Raises NotFound."""
    reference_version.change_in_turn()
    zone = queries.get_zone(zone_id)
    methods = [queries.get_method_input(method).values() for method in zone.methods]
    before = {**queries.get_zone_input(zone).values(), "methods": methods}
    audit_trail.record(SUBJECT, action="deleted", subject_id=zone.id, title=zone.name, before=before)
    db.session.delete(zone)
    return zone


def _create(data: ZoneInput, *, position: int) -> ShippingZone:
    zone = ShippingZone(id=ShippingZoneId(new_id()), position=position, countries=[], methods=[])
    _write(zone, data)
    db.session.add(zone)
    after = queries.get_zone_input(zone).values()
    audit_trail.record(SUBJECT, action="created", subject_id=zone.id, title=zone.name, after=after)
    return zone


def _record_change(zone: ShippingZone, before: dict[str, object], after: dict[str, object]) -> None:
    old, new = audit_trail.differences(before, after)
    if new:
        audit_trail.record(
            SUBJECT, action="changed", subject_id=zone.id, title=zone.name, before=old, after=new
        )


def _write(zone: ShippingZone, data: ZoneInput) -> None:
    """Check the input and give it to the zone, which need not be in the session yet."""
    places = {(country.strip().upper(), region.strip().upper()) for country, region in data.places}
    _check(data, places)
    with db.session.no_autoflush:
        _check_name(zone.id, data.name)
        _check_free(zone.id, places, is_rest_of_world=data.is_rest_of_world)
    zone.name, zone.currency, zone.free_above = data.name, data.currency, data.free_above
    zone.is_rest_of_world = data.is_rest_of_world
    known = {(row.country, row.region): row for row in zone.countries}
    zone.countries = [
        known.get(place) or ShippingZoneCountry(country=place[0], region=place[1]) for place in sorted(places)
    ]


def _check(data: ZoneInput, places: Collection[tuple[str, str]]) -> None:
    try:
        decimal_places(data.currency)
    except ValueError as error:
        raise DomainError("currency_unknown", field="currency", currency=data.currency) from error
    for country, _ in places:
        if len(country) != 2 or not country.isalpha():
            raise DomainError("country_code", field="countries", country=country)
    if data.free_above is not None and data.free_above < 0:
        raise DomainError("amount_negative", field="free_above")
    if not places and not data.is_rest_of_world:
        raise DomainError("zone_without_places", field="countries")


def _check_name(zone_id: ShippingZoneId, name: str) -> None:
    taken = sa.select(ShippingZone.id).where(ShippingZone.name == name, ShippingZone.id != zone_id)
    if db.session.scalar(taken) is not None:
        raise DomainError("zone_name_taken", field="name")


def _check_free(
    zone_id: ShippingZoneId, places: Collection[tuple[str, str]], *, is_rest_of_world: bool
) -> None:
    """Refuse countries, regions and a rest of the world that belong to another zone."""
    elsewhere = db.session.execute(
        sa.select(ShippingZoneCountry.country, ShippingZoneCountry.region, ShippingZone.name)
        .join(ShippingZone, ShippingZone.id == ShippingZoneCountry.zone_id)
        .where(
            ShippingZone.id != zone_id,
            ShippingZoneCountry.country.in_({country for country, _ in places}),
        )
        .order_by(ShippingZoneCountry.country, ShippingZoneCountry.region)
    )
    for country, region, other in elsewhere:
        if (country, region) in places:
            field = "regions" if region else "countries"
            raise DomainError("country_taken", field=field, country=country, region=region, zone=other)
    if not is_rest_of_world:
        return
    holder = db.session.scalar(
        sa.select(ShippingZone.name).where(ShippingZone.id != zone_id, ShippingZone.is_rest_of_world)
    )
    if holder is not None:
        raise DomainError("rest_of_world_taken", field="is_rest_of_world", zone=holder)
