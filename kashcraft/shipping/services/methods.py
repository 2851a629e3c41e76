"""Changes of the delivery methods of a zone with their prices."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core import audit_trail, reference_version
from kashcraft.core.content_version import refuse_outdated
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ShippingMethodId, ShippingZoneId, new_id
from kashcraft.shipping import queries
from kashcraft.shipping.models import MethodCode, ShippingMethod, ShippingRateBand, ShippingZone
from kashcraft.shipping.rules import Band, MethodInput, band_cell, other_order

SUBJECT = "shipping method"


def create_method(*, zone_id: ShippingZoneId, data: MethodInput) -> ShippingMethod:
    """Create a method of a zone with its prices, after its other methods; return it.

    Raises NotFound, and DomainError: ``method_code_taken``, ``transit_days``, ``weight_limit``,
    ``bands_missing``, and with the ``row`` of the wrong price, from 0, ``band_twice``,
    ``band_without_base``, ``band_above_limit``, ``amount_negative``.
    """
    reference_version.change_in_turn()
    zone = queries.get_zone(zone_id)
    last = max((method.position for method in zone.methods), default=-1)
    return _create(zone, data, position=last + 1)


def change_method(
    *, method_id: ShippingMethodId, data: MethodInput, seen: str | None = None
) -> ShippingMethod:
    """Change a method with its prices; return it.

    ``seen`` is the version of the values that the person saw. Raises NotFound, and DomainError as
    ``create_method``, or ``outdated``.
    """
    reference_version.change_in_turn()
    method = queries.get_method(method_id)
    before = queries.get_method_input(method).values()
    refuse_outdated(seen, before)
    _check_code(method.zone_id, method.id, data.code)
    _write(method, data)
    _record_change(method, before, data.values(), zone=method.zone.name)
    return method


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

    Raises DomainError as ``create_method``.
    """
    reference_version.change_in_turn()
    data = MethodInput(
        code=code.value, name=name, bands=tuple(bands), transit_days_min=transit_days_min,
        transit_days_max=transit_days_max, handling_days=handling_days, max_weight_grams=max_weight_grams,
        tax_class=tax_class, is_active=is_active,
    )  # fmt: skip
    method = db.session.scalar(
        sa.select(ShippingMethod)
        .where(ShippingMethod.zone_id == zone.id, ShippingMethod.code == code)
        .options(selectinload(ShippingMethod.bands))
    )
    if method is None:
        return _create(zone, data, position=position)
    before = queries.get_method_input(method).values()
    _write(method, data)
    method.position = position
    _record_change(method, before, data.values(), zone=zone.name)
    return method


def move_method(*, method_id: ShippingMethodId, up: bool) -> None:
    """Move a method one place up or down in its zone; the first and the last one stay. Raises NotFound.

    The first method of a zone determines the delivery days that product pages show.
    """
    reference_version.change_in_turn()
    method = queries.get_method(method_id)
    methods = queries.get_zone(method.zone_id).methods
    before = methods.index(method)
    for place, row in enumerate(other_order(methods, method, up=up)):
        row.position = place
    if method.position != before:
        audit_trail.record(
            SUBJECT,
            action="reordered",
            subject_id=method.id,
            title=_title(method.zone.name, method.name),
            before={"place": before + 1},
            after={"place": method.position + 1},
        )


def remove_method(*, method_id: ShippingMethodId) -> ShippingMethod:
    """Delete a method with its bands; return the deleted method. Raises NotFound."""
    reference_version.change_in_turn()
    method = queries.get_method(method_id)
    before, title = queries.get_method_input(method).values(), _title(method.zone.name, method.name)
    audit_trail.record(SUBJECT, action="deleted", subject_id=method.id, title=title, before=before)
    db.session.delete(method)
    return method


def _create(zone: ShippingZone, data: MethodInput, *, position: int) -> ShippingMethod:
    method = ShippingMethod(id=ShippingMethodId(new_id()), zone_id=zone.id, position=position, bands=[])
    _check_code(zone.id, method.id, data.code)
    _write(method, data)
    db.session.add(method)
    audit_trail.record(
        SUBJECT,
        action="created",
        subject_id=method.id,
        title=_title(zone.name, method.name),
        after=data.values(),
    )
    return method


def _record_change(
    method: ShippingMethod, before: dict[str, object], after: dict[str, object], *, zone: str
) -> None:
    old, new = audit_trail.differences(before, after)
    if new:
        title = _title(zone, method.name)
        audit_trail.record(
            SUBJECT, action="changed", subject_id=method.id, title=title, before=old, after=new
        )


def _title(zone: str, name: str) -> str:
    return f"{zone}: {name}"


def _check_code(zone_id: ShippingZoneId, method_id: ShippingMethodId, code: str) -> None:
    taken = sa.select(ShippingMethod.id).where(
        ShippingMethod.zone_id == zone_id, ShippingMethod.code == code, ShippingMethod.id != method_id
    )
    if db.session.scalar(taken) is not None:
        raise DomainError("method_code_taken", field="code")


def _write(method: ShippingMethod, data: MethodInput) -> None:
    if data.handling_days < 0 or not 0 <= data.transit_days_min <= data.transit_days_max:
        raise DomainError("transit_days", field="transit_days_max")
    if data.max_weight_grams is not None and data.max_weight_grams <= 0:
        raise DomainError("weight_limit", field="max_weight")
    _check_bands(data.bands, data.max_weight_grams)
    method.code, method.name = MethodCode(data.code), data.name
    method.transit_days_min, method.transit_days_max = data.transit_days_min, data.transit_days_max
    method.handling_days, method.max_weight_grams = data.handling_days, data.max_weight_grams
    method.tax_class, method.is_active = data.tax_class, data.is_active
    _replace_bands(method, data.bands)


def _check_bands(bands: Sequence[Band], limit: int | None) -> None:
    """Refuse bands without a lightest class, and classes without a price from an amount of 0."""
    cells = [band_cell(band) for band in bands]
    for row, band in enumerate(bands):
        if min(band.price, band.over_grams, band.from_merchandise) < 0:
            raise DomainError("amount_negative", field="bands", row=row)
        if cells[row] in cells[:row]:
            raise DomainError("band_twice", field="bands", row=row)
        if limit is not None and band.over_grams >= limit:
            raise DomainError("band_above_limit", field="bands", row=row)
    if (0, 0) not in cells:
        raise DomainError("bands_missing", field="bands")
    for row, (over_grams, _) in enumerate(cells):
        if (over_grams, 0) not in cells:
            raise DomainError("band_without_base", field="bands", row=row, over_grams=over_grams)


def _replace_bands(method: ShippingMethod, bands: Collection[Band]) -> None:
    known = {(row.over_grams, row.from_merchandise): row for row in method.bands}
    rows: list[ShippingRateBand] = []
    for band in sorted(bands, key=band_cell):
        over_grams, amount = band_cell(band)
        row = known.get((over_grams, amount)) or ShippingRateBand(
            over_grams=over_grams, from_merchandise=amount
        )
        row.price = band.price
        rows.append(row)
    method.bands = rows
