"""The choice of the most specific tax rate for a destination."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kashcraft.core.ids import TaxRateId

POSTAL_LENGTH = 12


def plain_code(text: str) -> str:
    """Return a country or region code in upper case without surrounding spaces, for comparison."""
    return text.strip().upper()


def plain_postal_code(text: str) -> str:
    """Return a postal code in upper case, letters and digits only ("sw1a 1aa" is SW1A1AA), for comparison."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination of goods: country (ISO), region code and postal code, as they were typed."""

    country: str
    region: str = ""
    postal_code: str = ""

    @property
    def regions(self) -> list[str]:
        """Return the regions whose rates apply: its own, and the whole country."""
        return list({"", plain_code(self.region)})

    @property
    def postal_prefixes(self) -> list[str]:
        """Return all prefixes of its postal code, from the empty prefix to the whole code."""
        postal_code = plain_postal_code(self.postal_code)[:POSTAL_LENGTH]
        return [postal_code[:length] for length in range(len(postal_code) + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A tax rate in parts per million with its place and period; both days of the period are included."""

    tax_class: str
    country: str
    rate: int
    name: str
    region: str = ""
    postal_prefix: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    def applies_to(self, destination: Destination, on: date) -> bool:
        """Return whether the rate applies to the destination on that day."""
        here = (
            self.country == plain_code(destination.country)
            and self.region in destination.regions
            and self.postal_prefix in destination.postal_prefixes
        )
        begun = self.valid_from is None or self.valid_from <= on
        return here and begun and (self.valid_until is None or on <= self.valid_until)


class Period(StrEnum):
    """When a rate applies, as seen from a day."""

    NOW = "now"
    FUTURE = "future"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class StoredRate:
    """A stored rate with its id."""

    id: TaxRateId
    data: Rate


def rate_values(rate: Rate) -> dict[str, object]:
    """Return a rate as plain values, for the audit trail and for its version."""
    days = {name: getattr(rate, name) for name in ("valid_from", "valid_until")}
    return {
        "tax_class": rate.tax_class,
        "place": "-".join(filter(None, (rate.country, rate.region, rate.postal_prefix))),
        "rate": rate.rate,
        "name": rate.name,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def period_of(rate: Rate, day: date) -> Period:
    """Return whether the rate applies on that day, later or no more."""
    if rate.valid_from and rate.valid_from > day:
        return Period.FUTURE
    return Period.PAST if rate.valid_until and rate.valid_until < day else Period.NOW


def overlap(one: Rate, other: Rate) -> bool:
    """Return whether two rates of the same class and place have a day in common."""
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    return begins <= min(one.valid_until or date.max, other.valid_until or date.max)


def rewrites_the_past(before: Rate, after: Rate, today: date) -> bool:
    """Return whether a change gives days before today another tax than they had."""
    if (
        before.valid_from
        and before.valid_from >= today
        and (not after.valid_from or after.valid_from >= today)
    ):
        return False
    if replace(after, name=before.name, valid_until=before.valid_until) != before:
        return True
    ends = {before.valid_until or date.max, after.valid_until or date.max}
    return len(ends) == 2 and min(ends) < today - timedelta(days=1)


def _precision(rate: Rate) -> tuple[int, bool, date]:
    return len(rate.postal_prefix), bool(rate.region), rate.valid_from or date.min


def most_specific(rates: Iterable[Rate], destination: Destination, on: date) -> dict[str, Rate]:
    """Return the applicable rate by tax class; classes without a rate are left out.

    The longest postal prefix takes precedence, then a region over the whole country, then the latest
    start. Rates are not added up: a place with several taxes has one row with their sum.
    """
    found: dict[str, Rate] = {}
    for rate in rates:
        if not rate.applies_to(destination, on):
            continue
        known = found.get(rate.tax_class)
        if known is None or _precision(rate) > _precision(known):
            found[rate.tax_class] = rate
    return found


def rate_of(rates: Mapping[str, Rate], tax_class: str) -> int:
    """Return the rate of a tax class in parts per million; 0 if it has none."""
    found = rates.get(tax_class)
    return found.rate if found else 0
