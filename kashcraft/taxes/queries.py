"""Reads of the tax table."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.taxes.models import TaxRate
from kashcraft.taxes.rules import Destination, Rate, most_specific, plain_code


def rates_for(destination: Destination, *, on: date) -> dict[str, Rate]:
    """Return the rate of every tax class for a destination on a day, in one statement.

    Reads plain columns, no rows of the session. A class without a rate is left out: see ``rules.rate_of``.
    """
    found = db.session.execute(
        sa.select(
            TaxRate.tax_class,
            TaxRate.country,
            TaxRate.region,
            TaxRate.postal_prefix,
            TaxRate.rate,
            TaxRate.name,
            TaxRate.valid_from,
            TaxRate.valid_until,
        ).where(
            TaxRate.country == plain_code(destination.country),
            TaxRate.region.in_(destination.regions),
            TaxRate.postal_prefix.in_(destination.postal_prefixes),
        )
    )
    return most_specific((Rate(**row) for row in found.mappings()), destination, on)


def all_rates() -> list[TaxRate]:
    """Return every rate, by country, region, postal prefix and class, as a table of them is read."""
    order = (TaxRate.country, TaxRate.region, TaxRate.postal_prefix, TaxRate.tax_class, TaxRate.valid_from)
    return list(db.session.scalars(sa.select(TaxRate).order_by(*order)))
