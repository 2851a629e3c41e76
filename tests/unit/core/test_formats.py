"""Formatting and parsing of amounts, dates, times and numbers by locale and time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from kashcraft.core.formats import Formats, age, iso, minutes_left
from kashcraft.core.money import Money

KOLKATA = ZoneInfo("Asia/Kolkata")
LATE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
CURRENCIES = {"en_US": "USD", "de_DE": "EUR", "en_IN": "INR", "hi_IN": "INR", "ja_JP": "JPY", "de_CH": "CHF"}


@pytest.mark.parametrize(
    ("locale", "money", "written"),
    [
        ("en_US", Money(125000, "USD"), "$1,250.00"),
        ("en_US", Money(-500, "USD"), "−$5.00"),
        ("sv_SE", Money(-1250, "SEK"), "−12,50\xa0kr"),
        ("en_US", Money(1234, "JPY"), "¥1,234"),
        ("de_DE", Money(125000, "EUR"), "1.250,00\xa0€"),
        ("de_DE", Money(-125000, "USD"), "−1.250,00\xa0$"),
        ("en_IN", Money(10000050, "INR"), "₹1,00,000.50"),
        ("hi_IN", Money(10000000, "INR"), "₹1,00,000.00"),
        ("ja_JP", Money(1200, "JPY"), "￥1,200"),
        ("en_US", Money(12345, "KWD"), "KWD\N{NO-BREAK SPACE}12.345"),
    ],
)
def test_an_amount_is_formatted_by_locale(locale: str, money: Money, written: str) -> None:
    assert Formats(locale).amount(money) == written


def test_a_number_has_a_true_minus_sign_and_a_plus_where_asked() -> None:
    formats = Formats("en_US")

    assert [formats.number(value) for value in (1234567, -80, 0)] == ["1,234,567", "−80", "0"]
    assert [formats.number(value, plus=True) for value in (86, 0, -80)] == ["+86", "0", "−80"]
    assert formats.number(Decimal("4.70")) == "4.7"
    assert [formats.number(score, places=1) for score in (5, 4.65, 14 / 3)] == ["5.0", "4.7", "4.7"]
    assert Formats("de_DE").number(14 / 3, places=1) == "4,7"
    assert Formats("de_DE").number(Decimal("1234.5")) == "1.234,5"
    assert Formats("hi_IN").number(1234567) == "12,34,567"


@pytest.mark.parametrize(
    ("locale", "parts", "whole", "written"),
    [
        ("en_US", 88750, 1_000_000, "8.875%"),
        ("en_US", 15, 100, "15%"),
        ("en_US", 10000, 10000, "100%"),
        ("en_US", -5, 100, "−5%"),
        ("de_DE", 88750, 1_000_000, "8,875\xa0%"),
        ("hi_IN", 1250, 10_000, "12.5%"),
    ],
)
def test_a_percentage_has_the_needed_decimal_places(
    locale: str, parts: int, whole: int, written: str
) -> None:
    assert Formats(locale).percent(parts, whole) == written


@pytest.mark.parametrize(
    ("locale", "grams", "written"),
    [
        ("en_US", 850, "850 g"), ("en_US", 999, "999 g"), ("en_US", 1000, "1 kg"), ("en_US", 1250, "1.25 kg"),
        ("en_US", 1005, "1.005 kg"), ("de_DE", 1200, "1,2 kg"), ("de_DE", 1_200_500, "1.200,5 kg"),
    ],
)  # fmt: skip
def test_a_weight_is_written_as_the_locale_writes_numbers(locale: str, grams: int, written: str) -> None:
    assert Formats(locale).weight(grams) == written


def test_a_light_weight_can_be_formatted_in_kilograms() -> None:
    assert [Formats("de_DE").kilograms(grams) for grams in (50, 500, 3000)] == ["0,05 kg", "0,5 kg", "3 kg"]


def test_a_percentage_is_rounded_half_up() -> None:
    assert [Formats().percent(parts, 200, places=0) for parts in (1, 2, 3)] == ["1%", "1%", "2%"]


@pytest.mark.parametrize(
    ("locale", "day", "short", "spoken", "month", "time", "hour"),
    [
        (
            "en_US", "March 3, 2026", "March 3", "Tue, March 3", "March 2026",
            "March 3, 2026, 2:00\xa0AM", "2:00\xa0AM",
        ),
        ("de_DE", "3. März 2026", "3. März", "Di., 3. März", "März 2026", "3. März 2026, 02:00", "02:00"),
        (
            "en_IN", "3 March 2026", "3 March", "Tue, 3 March", "March 2026",
            "3 March 2026, 2:00\xa0am", "2:00\xa0am",
        ),
        ("ja_JP", "2026年3月3日", "3月3日", "3月3日(火)", "2026年3月", "2026年3月3日 2:00", "2:00"),
    ],
)  # fmt: skip
def test_a_moment_belongs_to_the_day_and_hour_of_the_shops_zone(
    locale: str, day: str, short: str, spoken: str, month: str, time: str, hour: str
) -> None:
    formats = Formats(locale, KOLKATA)

    assert formats.day(LATE) == formats.day(date(2026, 3, 3)) == day
    assert formats.day(LATE, year=False) == short
    assert formats.day(LATE, year=False, weekday=True) == spoken
    assert formats.month(LATE) == month
    assert formats.time(LATE) == time
    assert formats.time(LATE, day=False) == hour
    assert formats.date_of(LATE) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("locale", "last", "full", "short", "spoken"),
    [
        (
            "en_US", date(2026, 3, 9),
            "March 5 – 9, 2026", "March 5 – 9", "Thu, March 5 – Mon, March 9",
        ),
        (
            "en_US", date(2026, 4, 2),
            "March 5 – April 2, 2026", "March 5 – April 2", "Thu, March 5 – Thu, April 2",
        ),
        (
            "en_US", date(2027, 1, 2), "March 5, 2026 – January 2, 2027", "March 5, 2026 – January 2, 2027",
            "Thu, March 5 – Sat, January 2",
        ),
        ("en_US", date(2026, 3, 5), "March 5, 2026", "March 5", "Thu, March 5"),
        ("de_DE", date(2026, 3, 9), "5.–9. März 2026", "5.–9. März", "Do., 5. – Mo., 9. März"),
        ("ja_JP", date(2026, 3, 9), "2026年3月5日～9日", "3月5日～9日", "3月5日(木)～9日(月)"),
    ],
)  # fmt: skip
def test_a_span_repeats_no_month_and_no_year(
    locale: str, last: date, full: str, short: str, spoken: str
) -> None:
    formats, first = Formats(locale), date(2026, 3, 5)

    assert formats.span(first, last) == full
    assert formats.span(first, last, year=False) == short
    assert formats.span(first, last, year=False, weekday=True) == spoken


def test_a_zone_has_a_name() -> None:
    assert Formats(zone=KOLKATA).zone_name == "India Time"
    assert Formats(zone=ZoneInfo("America/Los_Angeles")).zone_name == "Pacific Time"
    assert Formats().zone_name == "Coordinated Universal Time"


def test_a_machine_reads_a_moment_to_the_second() -> None:
    assert iso(datetime(2026, 3, 2, 15, 30, 1, 999999, tzinfo=KOLKATA)) == "2026-03-02T10:00:01+00:00"


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=5, seconds=59), "5 min ago"),
        (timedelta(hours=26), "26 h ago"),
        (timedelta(hours=47, minutes=59), "47 h ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=40), "40 days ago"),
    ],
)
def test_an_age_is_formatted_in_minutes_hours_or_days(passed: timedelta, expected: str) -> None:
    assert age(LATE - passed, LATE) == expected


def test_remaining_minutes_are_rounded_up() -> None:
    left = [minutes_left(LATE + timedelta(seconds=seconds), LATE) for seconds in (1800, 1741, 60, 1, 0, -5)]

    assert left == [30, 30, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("locale", "typed", "read"),
    [
        *(("en_US", text, "50.00") for text in ("50", "$50", "50 $", "US$50", "usd 50", " 50 ", "+50")),
        *(("en_US", text, "1000.00") for text in ("1,000", "1,000.00", "$1,000", "1 000", "１０００")),
        *(("en_US", text, "-5.00") for text in ("-5", "−5", "-$5", "$-5", "−$5.00")),
        ("en_US", ".5", "0.50"),
        *(("de_DE", text, "50.50") for text in ("50,50", "50,5", "50,50 €", "€50,50", "EUR 50,50")),
        *(("de_DE", text, "1000.00") for text in ("1.000,00", "1000,00", "1.000", "1 000,00")),
        *(("en_IN", text, "100000.00") for text in ("₹ 1,00,000", "1,00,000.00", "100,000", "INR 1,00,000")),
        *(("hi_IN", text, "100000.00") for text in ("₹1,00,000", "१,००,०००")),
        *(("ja_JP", text, "1200") for text in ("1,200", "¥1,200", "￥1,200", "１，２００", "1200.00")),
        *(("de_CH", text, "1000.00") for text in ("1’000.00", "1'000")),
    ],
)  # fmt: skip
def test_an_amount_is_parsed_by_locale(locale: str, typed: str, read: str) -> None:
    money = Formats(locale).parse_amount(typed, CURRENCIES[locale])

    assert str(money) == f"{read} {CURRENCIES[locale]}"


@pytest.mark.parametrize(
    ("locale", "typed"),
    [
        *(
            ("en_US", text)
            for text in (
                "", " ", "$", "abc", "1e3", "1_000", "0x10", "Infinity", "NaN", "5²", "50.", "50,50",
                "1.000,00", "1,00,000", "10,00", "1,000,00", "1,000 000", "12.345", "€5", "$5$", "$$5", "5 5",
                "--5", "9" * 16,
            )
        ),
        *(("de_DE", text) for text in ("50.50", "1,000.00", "$5", "50,505")),
        *(("en_IN", text) for text in ("10,00,00", "1,0,000", "1,00,00,00")),
        ("ja_JP", "12.5"),
    ],
)  # fmt: skip
def test_an_invalid_amount_is_refused(locale: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Formats(locale).parse_amount(typed, CURRENCIES[locale])


@pytest.mark.parametrize(
    ("locale", "shown"), [("en_US", "1250.50"), ("de_DE", "1250,50"), ("hi_IN", "1250.50")]
)
def test_a_field_value_can_be_parsed_again(locale: str, shown: str) -> None:
    formats, money = Formats(locale), Money(125050, "USD")

    assert formats.entry(money) == shown
    assert formats.parse_amount(shown, "USD") == money


@pytest.mark.parametrize("locale", ["he_IL", "ar_EG", "fa_IR"])
def test_an_amount_that_is_written_from_right_to_left_is_read_again(locale: str) -> None:
    formats, money = Formats(locale), Money(125050, "EUR")

    assert formats.parse_amount(formats.amount(money), "EUR") == money


def test_fields_show_numbers_with_the_places_that_they_have() -> None:
    shown = [
        Formats("de_DE").entry(value) for value in (Money(1200, "JPY"), 1200, Decimal("12.5"), Decimal(-3))
    ]

    assert shown == ["1200", "1200", "12,5", "-3"]


def test_numbers_are_read_by_the_same_rules() -> None:
    formats = Formats("de_DE")

    assert formats.parse_number("1.234,5") == Decimal("1234.5")
    assert formats.parse_whole("1.200") == 1200
    assert formats.parse_whole("5,0") == 5
    for text in ("1e3", "1_000", "5,5", "x"):
        with pytest.raises(ValueError, match=r".+"):
            formats.parse_whole(text)


def test_months_and_lists_are_written_in_the_shops_language() -> None:
    assert Formats().months()[:2] == ((1, "January"), (2, "February"))
    assert Formats("de_DE").months()[2] == (3, "März")
    assert [Formats().several(names) for names in (["Size"], ["Size", "Color"])] == ["Size", "Size and Color"]
    assert Formats("de_DE").several(["a", "b", "c"]) == "a, b und c"


@pytest.mark.parametrize(
    ("text", "grams"),
    [("0.5", 500), ("0.5 kg", 500), ("500 g", 500), ("1,200g", 1200), ("2KG", 2000), ("0", 0)],
)
def test_a_weight_is_read_in_kilograms_or_grams(text: str, grams: int) -> None:
    assert Formats().parse_weight(text) == grams
    assert Formats().parse_weight(Formats().weight_entry(grams)) == grams


@pytest.mark.parametrize("text", ["", "g", "x", "-1", "0.0005", "0.5 g", "1 lb"])
def test_another_weight_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a|too large"):
        Formats().parse_weight(text)
