from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kashcraft.core.money import (
    CurrencyMismatch,
    Money,
    decimal_places,
    hundredth,
    is_currency,
    round_half_up,
    share_by_unit,
    split_proportionally,
)

totals = st.integers(min_value=0, max_value=10**9)
weights = st.lists(st.integers(min_value=0, max_value=10**7), min_size=1, max_size=12)


@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("USD", 2), ("KWD", 3)])
def test_places_come_from_the_currency(currency: str, places: int) -> None:
    assert decimal_places(currency) == places


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1234, "JPY", "1234"), (1250, "USD", "12.50"), (1250, "KWD", "1.250"), (-5, "USD", "-0.05")],
)
def test_amount_has_exactly_the_places_of_its_currency(minor: int, currency: str, amount: str) -> None:
    assert str(Money(minor, currency).amount) == amount
    assert str(Money(minor, currency)) == f"{amount} {currency}"
    assert Money.from_decimal(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "minor"), [("7", 700), ("7.5", 750), ("+7.50", 750), ("7.500", 750), (Decimal("1E+2"), 10000)]
)
def test_from_decimal_reads_any_exact_amount(amount: str | Decimal, minor: int) -> None:
    assert Money.from_decimal(amount, "USD") == Money(minor, "USD")


@pytest.mark.parametrize(
    "junk",
    [
        "",
        " 1",
        "1,000",
        "1_000",
        "1e2",
        "NaN",
        "abc",
        ".5",
        "5.",
        "\u0661",
        Decimal("NaN"),
        Decimal("Infinity"),
    ],
)
def test_from_decimal_refuses_what_is_no_plain_amount(junk: str | Decimal) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.from_decimal(junk, "USD")


@pytest.mark.parametrize(("amount", "currency"), [("1.005", "USD"), ("1.5", "JPY"), ("0.0001", "KWD")])
def test_from_decimal_refuses_more_than_the_smallest_unit(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match="finer than the smallest unit"):
        Money.from_decimal(amount, currency)


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown currency: 'XQX'"):
        Money.from_decimal("1.00", "XQX")


def test_arithmetic_stays_in_the_currency() -> None:
    ten, three = Money(1000, "USD"), Money(300, "USD")
    assert ten + three == Money(1300, "USD")
    assert ten - three == Money(700, "USD")
    assert -three == Money(-300, "USD")
    assert three * 4 == 4 * three == Money(1200, "USD")
    assert sum([three, three], Money.zero("USD")) == Money(600, "USD")


def test_comparisons_and_truth() -> None:
    small, large = Money(1, "USD"), Money(2, "USD")
    assert small < large
    assert small <= Money(1, "USD")
    assert large > small
    assert large >= Money(2, "USD")
    assert small
    assert not Money.zero("USD")
    assert Money(1, "USD") != Money(1, "EUR")


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_currencies_do_not_mix(operation: str) -> None:
    with pytest.raises(CurrencyMismatch):
        getattr(Money(1, "USD"), operation)(Money(1, "EUR"))


def test_only_what_people_read_has_the_true_minus_sign() -> None:
    assert str(Money(-1250, "USD")) == "-12.50 USD"
    assert str(Money(-1250, "USD").amount) == "-12.50"


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (1, 2, 1),
        (-1, 2, -1),
        (3, 2, 2),
        (5, 2, 3),
        (-5, 2, -3),
        (1, 3, 0),
        (2, 3, 1),
        (-1, 3, 0),
        (0, 7, 0),
        (9, 3, 3),
    ],
)
def test_a_half_rounds_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


@pytest.mark.parametrize("denominator", [0, -2])
def test_rounding_needs_a_positive_denominator(denominator: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        round_half_up(1, denominator)


@pytest.mark.parametrize(
    ("total", "parts_of", "parts"),
    [
        (299, [4300, 1400, 2300], [161, 52, 86]),
        (400, [200, 200, 200], [134, 133, 133]),
        (5000, [12000, 23000, 30000], [923, 1769, 2308]),
        (600, [5000, 3000], [375, 225]),
        (500, [4625, 2775], [313, 187]),
        (0, [5, 5], [0, 0]),
        (1, [0, 1, 1], [0, 1, 0]),
        (600, [200, 200, 200], [200, 200, 200]),
        (9, [1, 1], [5, 4]),
        (0, [], []),
    ],
)
def test_a_split_goes_by_largest_remainder_and_ties_to_the_earlier(
    total: int, parts_of: list[int], parts: list[int]
) -> None:
    assert split_proportionally(total, parts_of) == parts


@pytest.mark.parametrize(("total", "parts_of"), [(-1, [1]), (1, [2, -1]), (1, [0, 0]), (1, [])])
def test_an_impossible_split_is_refused(total: int, parts_of: list[int]) -> None:
    with pytest.raises(ValueError, match=r"negative|nothing to divide"):
        split_proportionally(total, parts_of)


@given(totals, weights)
def test_a_split_adds_up_and_never_gives_more_than_there_is(total: int, parts_of: list[int]) -> None:
    whole = sum(parts_of)
    if not whole:
        return
    total %= whole + 1
    parts = split_proportionally(total, parts_of)
    assert sum(parts) == total
    for part, weight in zip(parts, parts_of, strict=True):
        assert 0 <= part <= weight
        assert abs(part * whole - total * weight) < whole


@pytest.mark.parametrize(("currency", "units"), [("USD", 1), ("JPY", 1), ("KWD", 10), ("CLF", 100)])
def test_a_hundredth_of_the_main_unit_is_at_least_one_minor_unit(currency: str, units: int) -> None:
    assert hundredth(currency) == units


def test_units_carry_the_differences_of_rounded_cumulative_shares() -> None:
    assert share_by_unit(29000, 3) == [9667, 9666, 9667]
    assert share_by_unit(5, 1) == [5]


def test_a_line_has_units() -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        share_by_unit(100, 0)


@given(totals, st.integers(min_value=1, max_value=60))
def test_units_add_up_to_their_line_and_differ_by_one_cent_at_most(total: int, units: int) -> None:
    shares = share_by_unit(total, units)
    assert len(shares) == units
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize(
    ("code", "pays"),
    [
        ("USD", True),
        ("JPY", True),
        ("XOF", True),
        ("XTS", False),
        ("XAU", False),
        ("XYZ", False),
        ("usd", False),
    ],
)
def test_a_currency_is_what_people_pay_with(code: str, pays: bool) -> None:
    assert is_currency(code) is pays
