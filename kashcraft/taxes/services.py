"""Changes of tax rates."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.taxes.models import TaxRate
from kashcraft.taxes.rules import POSTAL_LENGTH, plain_code, plain_postal_code

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
    _check_place(country, plain_postal_code(postal_prefix))
    if not 0 <= rate <= HIGHEST_RATE:
        raise DomainError("tax_rate_range", field="rate", rate=rate)
    if valid_from and valid_until and valid_until < valid_from:
        raise DomainError("tax_window", field="valid_until")
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


def _check_place(country: str, postal_prefix: str) -> None:
    if len(country) != 2 or not country.isalpha():
        raise DomainError("country_code", field="country", country=country)
    if len(postal_prefix) > POSTAL_LENGTH:
        raise DomainError("postal_prefix_length", field="postal_prefix", longest=POSTAL_LENGTH)


def _row(**place: str | date | None) -> TaxRate | None:
    return db.session.scalar(sa.select(TaxRate).filter_by(**place))


def remove_rate(*, rate_id: UUID) -> TaxRate:
    """Delete a rate; return the deleted rate. Raises NotFound."""
    row = db.session.get(TaxRate, rate_id)
    if row is None:
        raise NotFound("tax_rate_not_found")
    db.session.delete(row)
    return row
