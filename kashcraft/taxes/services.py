"""Changes of tax rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from kashcraft.core import audit_trail, reference_version
from kashcraft.core.audit_trail import Values
from kashcraft.core.content_version import refuse_outdated
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import TaxRateId, new_id
from kashcraft.taxes import queries
from kashcraft.taxes.models import TaxRate
from kashcraft.taxes.rules import (
    POSTAL_LENGTH,
    Rate,
    overlap,
    plain_code,
    plain_postal_code,
    rate_values,
    rewrites_the_past,
)

SUBJECT = "tax rate"

HIGHEST_RATE = 1_000_000


def save_rate(
    *,
    tax_class: str,
    country: str,
    rate: int,
    name: str,
    region: str = "",
    postal_prefix: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> TaxRate:
    """Create or update the rate (parts per million) of a tax class in a place from a day on; return its row.

    The row of the same class, place and first day is updated. Raises DomainError: ``country_code``,
    ``tax_rate_range``, ``postal_prefix_length``, ``tax_window``.
    """
    country = plain_code(country)
    _check(country, plain_postal_code(postal_prefix), rate, valid_from, valid_until)
    place = {
        "tax_class": tax_class,
        "country": country,
        "region": plain_code(region),
        "postal_prefix": plain_postal_code(postal_prefix),
        "valid_from": valid_from,
    }
    row = _row(**place)
    if row is None:
        row = TaxRate(**place)
        db.session.add(row)
    row.rate, row.name, row.valid_until = rate, name, valid_until
    return row


def _check(
    country: str, postal_prefix: str, rate: int, valid_from: date | None, valid_until: date | None
) -> None:
    if len(country) != 2 or not country.isalpha():
        raise DomainError("country_code", field="country", country=country)
    if len(postal_prefix) > POSTAL_LENGTH:
        raise DomainError("postal_prefix_length", field="postal_prefix", longest=POSTAL_LENGTH)
    if not 0 <= rate <= HIGHEST_RATE:
        raise DomainError("tax_rate_range", field="rate", rate=rate)
    if valid_from and valid_until and valid_until < valid_from:
        raise DomainError("tax_window", field="valid_until")


def _row(**place: str | date | None) -> TaxRate | None:
    return db.session.scalar(sa.select(TaxRate).filter_by(**place))


def create_rate(*, data: Rate) -> TaxRateId:
    """Create a rate; return its id.

    Raises DomainError: ``country_code``, ``tax_rate_range``, ``postal_prefix_length``, ``tax_window``,
    ``tax_rate_overlap`` with the days of the other rate.
    """
    reference_version.change_in_turn()
    row = TaxRate(id=TaxRateId(new_id()))
    data = _checked(row.id, data)
    _write(row, data)
    db.session.add(row)
    _record(row, action="created", after=rate_values(data))
    return row.id


def change_rate(
    *, rate_id: TaxRateId, data: Rate, today: date, seen: str | None = None, retroactive: bool = False
) -> None:
    """Change a rate. A change of days before ``today`` has to be ``retroactive``.

    ``seen`` is the version of the values that the person saw. Raises NotFound, and DomainError as
    ``create_rate``, ``tax_rate_in_force`` or ``outdated``.
    """
    reference_version.change_in_turn()
    before = queries.get_stored_rate(rate_id).data
    refuse_outdated(seen, rate_values(before))
    data = _checked(rate_id, data)
    if not retroactive and rewrites_the_past(before, data, today):
        raise DomainError("tax_rate_in_force", field="since")
    row = db.session.get_one(TaxRate, rate_id)
    _write(row, data)
    old, new = audit_trail.differences(rate_values(before), rate_values(data))
    if new:
        _record(row, action="changed", before=old, after=new)


def change_rate_from(
    *, rate_id: TaxRateId, data: Rate, since: date, today: date, seen: str | None = None
) -> TaxRateId:
    """End a rate on the day before ``since`` and begin another with the new values; return its id.

    Raises NotFound, and DomainError as ``create_rate``, ``outdated``, or ``tax_since``: ``since`` is past, or
    not within the days of the rate.
    """
    before = queries.get_stored_rate(rate_id).data
    begun = before.valid_from is None or before.valid_from < since
    if since < today or not begun or (before.valid_until and before.valid_until < since):
        raise DomainError("tax_since", field="since")
    ended = replace(before, valid_until=since - timedelta(days=1))
    change_rate(rate_id=rate_id, data=ended, today=today, seen=seen)
    return create_rate(data=replace(data, valid_from=since))


def remove_rate(*, rate_id: TaxRateId) -> TaxRate:
    """Delete a rate; return the deleted rate. Raises NotFound."""
    reference_version.change_in_turn()
    before = rate_values(queries.get_stored_rate(rate_id).data)
    row = db.session.get_one(TaxRate, rate_id)
    _record(row, action="deleted", before=before)
    db.session.delete(row)
    return row


def _checked(rate_id: TaxRateId, data: Rate) -> Rate:
    """Return the rate with codes in their compared form, or refuse it."""
    country, prefix = plain_code(data.country), plain_postal_code(data.postal_prefix)
    _check(country, prefix, data.rate, data.valid_from, data.valid_until)
    data = replace(data, country=country, region=plain_code(data.region), postal_prefix=prefix)
    for other in queries.list_other_rates(data, rate_id):
        if overlap(data, other):
            first, last = other.valid_from, other.valid_until
            raise DomainError("tax_rate_overlap", field="valid_from", name=other.name, first=first, last=last)
    return data


def _write(row: TaxRate, data: Rate) -> None:
    row.tax_class, row.country, row.region = data.tax_class, data.country, data.region
    row.postal_prefix, row.rate, row.name = data.postal_prefix, data.rate, data.name
    row.valid_from, row.valid_until = data.valid_from, data.valid_until


def _record(row: TaxRate, *, action: str, before: Values | None = None, after: Values | None = None) -> None:
    place = "-".join(filter(None, (row.country, row.region, row.postal_prefix)))
    title = f"{place}: {row.name}"
    audit_trail.record(SUBJECT, action=action, subject_id=row.id, title=title, before=before, after=after)
