"""Reads of tax rates."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from kashcraft.core import autocommit
from kashcraft.core.caches import Cache
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import TaxRateId
from kashcraft.core.reference_version import cached_at_version
from kashcraft.taxes.models import TaxRate
from kashcraft.taxes.rules import Destination, Period, Rate, StoredRate, most_specific, period_of, plain_code

STANDARD = "standard"
MOST_CACHED = 500
# The rates of a country; None for a country with too many rates.
RATES_BY_VERSION: Cache[str, tuple[int, list[Rate] | None]] = Cache("tax rates", most=512)
_RATES = sa.select(
    TaxRate.tax_class, TaxRate.country, TaxRate.region, TaxRate.postal_prefix, TaxRate.rate, TaxRate.name,
    TaxRate.valid_from, TaxRate.valid_until,
).where(TaxRate.country == sa.bindparam("country"))  # fmt: skip
_OF_COUNTRY = _RATES.limit(MOST_CACHED + 1)
_OF_PLACE = _RATES.where(
    TaxRate.region.in_(sa.bindparam("regions", expanding=True)),
    TaxRate.postal_prefix.in_(sa.bindparam("prefixes", expanding=True)),
)


def list_rates_for(destination: Destination, *, on: date, version: int | None = None) -> dict[str, Rate]:
    """Return the rate of each tax class for a destination on a day.

    One statement, or none if the country's rates are cached for this ``version`` (see
    ``core.reference_version``). A country with more than 500 rates is not cached; then only the rates of
    the destination are read. Classes without a rate are left out: see ``rules.rate_of``.
    """
    country = plain_code(destination.country)
    cached: list[Rate] | None = None
    if version is not None:
        cached = cached_at_version(version, RATES_BY_VERSION, country, lambda: _of_country(country))
    return most_specific(_of_place(destination) if cached is None else cached, destination, on)


def _of_country(country: str) -> list[Rate] | None:
    """Return the country's rates, or None if there are too many to cache."""
    rows = autocommit.rows(_OF_COUNTRY, {"country": country})
    return [Rate(**row._mapping) for row in rows] if len(rows) <= MOST_CACHED else None


def _of_place(destination: Destination) -> list[Rate]:
    values = {
        "country": plain_code(destination.country),
        "regions": destination.regions,
        "prefixes": destination.postal_prefixes,
    }
    return [Rate(**row._mapping) for row in autocommit.rows(_OF_PLACE, values)]


def list_rates() -> list[TaxRate]:
    """Return all rates, by country, region, postal prefix and class."""
    order = (TaxRate.country, TaxRate.region, TaxRate.postal_prefix, TaxRate.tax_class, TaxRate.valid_from)
    return list(db.session.scalars(sa.select(TaxRate).order_by(*order)))


def has_rate(country: str, *, on: date) -> bool:
    """Return whether any rate of a country, or of a part of it, is valid on a day. One statement."""
    begun = sa.or_(TaxRate.valid_from.is_(None), TaxRate.valid_from <= on)
    not_over = sa.or_(TaxRate.valid_until.is_(None), TaxRate.valid_until >= on)
    valid = sa.select(TaxRate.id).where(TaxRate.country == plain_code(country), begun, not_over)
    return bool(autocommit.rows(valid.limit(1)))


def list_stored_rates(*, day: date, country: str = "", period: Period | None = None) -> list[StoredRate]:
    """Return rates by place and class: of a country or all, of a period as seen from ``day`` or all."""
    found = [_stored(row) for row in list_rates() if country in ("", row.country)]
    return [one for one in found if period in (None, period_of(one.data, day))]


def get_stored_rate(rate_id: TaxRateId) -> StoredRate:
    """Return a rate as plain values, in one statement. Raises NotFound."""
    row = db.session.get(TaxRate, rate_id)
    if row is None:
        raise NotFound("tax_rate_not_found")
    return _stored(row)


def list_other_rates(rate: Rate, rate_id: TaxRateId) -> list[Rate]:
    """Return the other rates of the same class and place. One statement."""
    place = {name: getattr(rate, name) for name in ("tax_class", "country", "region", "postal_prefix")}
    same = sa.select(TaxRate).filter_by(**place).where(TaxRate.id != rate_id).order_by(TaxRate.valid_from)
    return [_stored(row).data for row in db.session.scalars(same)]


def _stored(row: TaxRate) -> StoredRate:
    names = Rate.__slots__
    return StoredRate(row.id, Rate(**{name: getattr(row, name) for name in names}))


def list_tax_classes() -> list[str]:
    """Return the tax classes that have a rate, and the standard class, by name."""
    return sorted({STANDARD, *db.session.scalars(sa.select(TaxRate.tax_class).distinct())})
