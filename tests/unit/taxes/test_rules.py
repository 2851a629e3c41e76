from datetime import date
from typing import Any

import pytest

from kashcraft.taxes.rules import (
    Destination,
    Period,
    Rate,
    most_specific,
    overlap,
    period_of,
    plain_postal_code,
    rate_of,
    rewrites_the_past,
)

DAY = date(2026, 3, 2)


def rate(parts: int, **more: Any) -> Rate:
    return Rate(rate=parts, name=str(parts), **({"tax_class": "standard", "country": "US"} | more))


US = rate(1)
NEW_YORK = rate(40_000, region="NY")
NEW_YORK_CITY = rate(88_750, region="NY", postal_prefix="100")
BROADWAY = rate(90_000, postal_prefix="10025")


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        (Destination("US", "CA", "90001"), US),
        (Destination("US", "NY", "12207"), NEW_YORK),
        (Destination(" us ", "ny", "100-01"), NEW_YORK_CITY),
        (Destination("US", "NY", "10025-1234"), BROADWAY),
        (Destination("US"), US),
    ],
)
def test_the_most_specific_rate_wins(destination: Destination, expected: Rate) -> None:
    rates = [US, NEW_YORK_CITY, BROADWAY, NEW_YORK]
    assert most_specific(rates, destination, DAY) == {"standard": expected}
    assert most_specific(rates[::-1], destination, DAY) == {"standard": expected}


def test_each_class_has_its_own_rate() -> None:
    food = rate(0, tax_class="food", region="NY")
    assert most_specific([NEW_YORK, food], Destination("US", "NY"), DAY) == {
        "standard": NEW_YORK,
        "food": food,
    }


def test_other_countries_have_no_rate() -> None:
    assert most_specific([US, NEW_YORK], Destination("CA", "NY"), DAY) == {}


@pytest.mark.parametrize(
    ("day", "parts"),
    [
        (date(2025, 12, 31), 190_000),
        (date(2026, 1, 1), 160_000),
        (date(2026, 6, 30), 160_000),
        (date(2026, 7, 1), 190_000),
    ],
)
def test_a_period_includes_both_days_and_precedes_a_rate_without_one(day: date, parts: int) -> None:
    usual = rate(190_000, country="DE")
    lowered = rate(160_000, country="DE", valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30))
    found = most_specific([lowered, usual], Destination("DE"), day)
    assert rate_of(found, "standard") == parts


def test_a_class_without_a_rate_is_untaxed() -> None:
    assert rate_of({}, "none") == 0


def test_postal_codes_are_compared_without_case_spaces_and_dashes() -> None:
    assert plain_postal_code(" sw1a-1aa ") == "SW1A1AA"
    assert Destination("GB", postal_code="sw1").postal_prefixes == ["", "S", "SW", "SW1"]


TODAY = date(2026, 3, 2)


def of_days(first: date | None, last: date | None = None, rate: int = 1) -> Rate:
    return Rate(tax_class="standard", country="FJ", rate=rate, name="VAT", valid_from=first, valid_until=last)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (of_days(None), of_days(TODAY), True),
        (of_days(None, TODAY), of_days(TODAY), True),
        (of_days(None, TODAY), of_days(date(2026, 3, 3)), False),
        (of_days(TODAY, TODAY), of_days(None, date(2026, 3, 1)), False),
    ],
)
def test_rates_overlap_on_days_that_both_include(one: Rate, other: Rate, expected: bool) -> None:
    assert (overlap(one, other), overlap(other, one)) == (expected, expected)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (of_days(None), of_days(None, rate=2), True),
        (of_days(None), of_days(None, TODAY), False),
        (of_days(None), of_days(None, date(2026, 3, 1)), False),
        (of_days(None), of_days(None, date(2026, 2, 28)), True),
        (of_days(None, date(2026, 2, 1)), of_days(None), True),
        (of_days(TODAY), of_days(TODAY, rate=2), False),
        (of_days(date(2026, 3, 1)), of_days(date(2026, 3, 1), rate=2), True),
        (of_days(TODAY), of_days(date(2026, 3, 1)), True),
    ],
)
def test_a_change_of_days_before_today_rewrites_the_past(before: Rate, after: Rate, expected: bool) -> None:
    assert rewrites_the_past(before, after, TODAY) is expected


@pytest.mark.parametrize(
    ("rate", "period"),
    [
        (of_days(None), Period.NOW),
        (of_days(TODAY, TODAY), Period.NOW),
        (of_days(date(2026, 3, 3)), Period.FUTURE),
        (of_days(None, date(2026, 3, 1)), Period.PAST),
    ],
)
def test_a_rate_is_now_later_or_ended(rate: Rate, period: Period) -> None:
    assert period_of(rate, TODAY) is period
