"""Reads of the tax table."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from kashcraft.core import autocommit
from kashcraft.core.caches import Cache
from kashcraft.core.db import db
from kashcraft.core.reference_version import cached_at_version
from kashcraft.taxes.models import TaxRate
from kashcraft.taxes.rules import Destination, Rate, most_specific, plain_code

MOST_KEPT = 500
# By country; None where there are too many.
KEPT_RATES: Cache[str, tuple[int, list[Rate] | None]] = Cache("tax rates", most=512)
_RATES = sa.select(
    TaxRate.tax_class, TaxRate.country, TaxRate.region, TaxRate.postal_prefix, TaxRate.rate, TaxRate.name,
    TaxRate.valid_from, TaxRate.valid_until,
).where(TaxRate.country == sa.bindparam("country"))  # fmt: skip
_OF_COUNTRY = _RATES.limit(MOST_KEPT + 1)
_OF_PLACE = _RATES.where(
    TaxRate.region.in_(sa.bindparam("regions", expanding=True)),
    TaxRate.postal_prefix.in_(sa.bindparam("prefixes", expanding=True)),
)


def list_rates_for(destination: Destination, *, on: date, version: int | None = None) -> dict[str, Rate]:
    """Return the rate of every tax class for a destination on a day.

    One statement, or none where the country's rates were read before under this ``version`` (see
    ``core.versions``). A country of over 500 rates is not kept, and read for the destination alone. A class
    without a rate is left out: see ``rules.rate_of``.
    """
    country = plain_code(destination.country)
    kept: list[Rate] | None = None
    if version is not None:
        kept = cached_at_version(version, KEPT_RATES, country, lambda: _of_country(country))
    return most_specific(_of_place(destination) if kept is None else kept, destination, on)


def _of_country(country: str) -> list[Rate] | None:
    """Return the country's rates, or None where they are too many to keep."""
    rows = autocommit.rows(_OF_COUNTRY, {"country": country})
    return [Rate(**row._mapping) for row in rows] if len(rows) <= MOST_KEPT else None


def _of_place(destination: Destination) -> list[Rate]:
    values = {
        "country": plain_code(destination.country),
        "regions": destination.regions,
        "prefixes": destination.postal_prefixes,
    }
    return [Rate(**row._mapping) for row in autocommit.rows(_OF_PLACE, values)]


def list_rates() -> list[TaxRate]:
    """Return every rate, by country, region, postal prefix and class, as a table of them is read."""
    order = (TaxRate.country, TaxRate.region, TaxRate.postal_prefix, TaxRate.tax_class, TaxRate.valid_from)
    return list(db.session.scalars(sa.select(TaxRate).order_by(*order)))
