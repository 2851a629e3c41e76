"""Formatting of amounts, dates, times, numbers and percentages for people, and parsing of their input.

No other module does either. ``Formats`` is a value made of the shop's locale and time zone: views and
templates get it from the settings, lower layers take it as an argument. Files for programs are not formatted
here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money

# The minus sign is as wide as a plus, and unlike a hyphen allows no line break after it.
MINUS = "−"
MOST_DIGITS = 15
GRAMS = 1000
# Direction marks, which right-to-left locales put around amounts.
_DIRECTIONS = "\u200e\u200f\u061c"
# A number with an optional unit of weight.
_WEIGHT = re.compile(r"(?P<number>.*?)\s*(?P<unit>kg|g)?", re.DOTALL)
# Babel writes KWD5.000 where Unicode asks for a space between letters and digits.
_CODE_BESIDE_NUMBER = re.compile(r"([^\W\d_])(\d)")


@dataclass(frozen=True, slots=True)
class Formats:
    """The shop's formats: the locale determines the notation, the time zone the date and the hour."""

    locale: str = "en_US"
    zone: tzinfo = UTC

    def amount(self, money: Money) -> str:
        """Return an amount with its currency: $1,250.00 or 1.250,00 €. Results are cached."""
        return _amount(money.minor, money.currency, self.locale)

    def number(self, value: float | Decimal, *, plus: bool = False, places: int | None = None) -> str:
        """Return a number: 1,200, −80 or 4.7; ``plus`` writes +86, ``places`` sets the decimal places."""
        if places is None:
            return _number(value, self.locale, plus)
        return _rounded(Decimal(str(value)), self.locale, places)

    def percent(self, parts: int | Decimal, whole: int = 100, *, places: int = 4) -> str:
        """Return a percentage with at most ``places`` decimal places: 88,750 of 1,000,000 is 8.875%."""
        share = Decimal(parts) / Decimal(whole)
        finest = Decimal(1).scaleb(-places - 2)
        return _percent(share.quantize(finest, ROUND_HALF_UP), self.locale)

    def weight(self, grams: int) -> str:
        """Return a weight: 850 g, and from 1,000 g on in kilograms, 1.25 kg."""
        if grams < GRAMS:
            return _("%(grams)s g", grams=self.number(grams))
        return self.kilograms(grams)

    def kilograms(self, grams: int) -> str:
        """Return a weight in kilograms: 0.5 kg."""
        return _("%(kilos)s kg", kilos=self.number(Decimal(grams) / GRAMS))

    def day(self, when: date, *, year: bool = True, weekday: bool = False) -> str:
        """Return a date: March 2, 2026. A moment is converted to the shop's time zone."""
        return _day(self.date_of(when), self.locale, year, weekday)

    def span(self, first: date, last: date, *, year: bool = True, weekday: bool = False) -> str:
        """Return a range of dates without repeating month or year: March 5 – 9, 2026."""
        first, last = self.date_of(first), self.date_of(last)
        return _span(first, last, self.locale, year, weekday)

    def month(self, when: date) -> str:
        """Return a month with its year: March 2026."""
        return format_skeleton("yMMMM", self.date_of(when), locale=_locale(self.locale))

    def months(self) -> tuple[tuple[int, str], ...]:
        """Return the twelve months as (number, stand-alone name)."""
        return _months(self.locale)

    def several(self, names: Sequence[str]) -> str:
        """Return a list of names: size and color."""
        return format_list(names, locale=_locale(self.locale))

    def time(self, moment: datetime, *, day: bool = True, zone: bool = False) -> str:
        """Return a moment in the shop's time zone: March 2, 2026, 3:30 PM, optionally without date or with
        zone.
        """
        there = moment.astimezone(self.zone)
        written = format_time(there, "short", locale=_locale(self.locale)).replace("\u202f", "\xa0")
        if day:
            joined: str = _locale(self.locale).datetime_formats["long"]
            written = joined.replace("{1}", self.day(there)).replace("{0}", written)
        return f"{written} ({self.zone_name})" if zone else written

    def date_of(self, when: date) -> date:
        """Return the date of a moment in the shop's time zone; a date is returned unchanged."""
        return when.astimezone(self.zone).date() if isinstance(when, datetime) else when

    @property
    def zone_name(self) -> str:
        """Return the English name of the shop's time zone: India Time."""
        if self.zone is UTC:
            return _("Coordinated Universal Time")
        return get_timezone_name(self.zone, locale="en")

    def currency_sign(self, currency: str) -> str:
        """Return the sign of a currency in this locale, to be shown beside a field."""
        return get_currency_symbol(currency, locale=self.locale)

    def entry(self, value: Money | Decimal | int) -> str:
        """Return an amount or number as the value of a form field, which ``parse_`` methods can read:
        1250,00.
        """
        number = value.amount if isinstance(value, Money) else Decimal(value)
        places = max(0, -int(number.as_tuple().exponent))
        pattern = "0." + "0" * places if places else "0"
        return format_decimal(number, pattern, locale=_locale(self.locale))

    def parse_amount(self, text: str, currency: str) -> Money:
        """Return the amount in a user's input: "50.50", "$1,000", with de_DE "1.000,00"; may be negative.

        The sign or code of the currency may be on either side. Raises ValueError for anything else: another
        currency, grouping that this locale does not use, too many decimal places, 1e3, 1_000.
        """
        number = _typed(_without_sign(text, currency, self.locale), self.locale)
        return Money.from_decimal(number, currency)

    def weight_entry(self, grams: int) -> str:
        """Return a weight as the value of a form field, in kilograms without a unit: 0.5."""
        return self.entry((Decimal(grams) / GRAMS).normalize())

    def parse_weight(self, text: str) -> int:
        """Return the grams in a user's input: "0.5", "0.5 kg" or "500 g"; kilograms without a unit.

        Raises ValueError for anything else, for parts of a gram, and for less than 0.
        """
        found = _WEIGHT.fullmatch(text.strip().casefold())
        if found is None:
            raise ValueError(f"not a weight: {text!r}")
        grams = self.parse_number(found["number"]) * (1 if found["unit"] == "g" else GRAMS)
        if grams < 0 or grams != int(grams):
            raise ValueError(f"not a weight: {text!r}")
        return int(grams)

    def parse_number(self, text: str) -> Decimal:
        """Return the number in a user's input, by the same rules. Raises ValueError."""
        return Decimal(_typed(text, self.locale))

    def parse_whole(self, text: str) -> int:
        """Return the whole number in a user's input ("1,200"). Raises ValueError."""
        number = self.parse_number(text)
        if number != int(number):
            raise ValueError(f"not a whole number: {text!r}")
        return int(number)


def iso(moment: datetime) -> str:
    """Return a moment for the ``datetime`` attribute of ``<time>``, in UTC and to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def age(then: datetime, now: datetime) -> str:
    """Return how long ago a moment was: just now, 5 min ago, 26 h ago, 3 days ago (from two days on)."""
    passed = now - then
    minutes = passed // timedelta(minutes=1)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(minutes)s min ago", minutes=minutes)
    if passed < timedelta(days=2):
        return _("%(hours)s h ago", hours=minutes // 60)
    return ngettext("%(num)s day ago", "%(num)s days ago", passed.days)


def minutes_left(until: datetime, now: datetime) -> int:
    """Return the remaining minutes, rounded up; 0 after the end."""
    return max(0, -((now - until) // timedelta(minutes=1)))


@lru_cache(maxsize=256)
def _locale(identifier: str) -> Locale:
    return Locale.parse(identifier)


@lru_cache(maxsize=16384)
def _amount(minor: int, currency: str, locale: str) -> str:
    written = format_currency(Money(minor, currency).amount, currency, locale=_locale(locale))
    written = _CODE_BESIDE_NUMBER.sub("\\1\N{NO-BREAK SPACE}\\2", written)
    return _true_minus(written) if minor < 0 else written


@lru_cache(maxsize=4096)
def _rounded(value: Decimal, locale: str, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return _true_minus(format_decimal(rounded, pattern, locale=_locale(locale)))


@lru_cache(maxsize=4096)
def _number(value: float | Decimal, locale: str, plus: bool) -> str:
    written = _true_minus(format_decimal(value, locale=_locale(locale), decimal_quantization=False))
    return f"+{written}" if plus and value > 0 else written


@lru_cache(maxsize=1024)
def _percent(share: Decimal, locale: str) -> str:
    written = format_percent(share.normalize(), locale=_locale(locale), decimal_quantization=False)
    return _true_minus(written)


def _true_minus(written: str) -> str:
    return written.replace("-", MINUS)


@lru_cache(maxsize=4096)
def _day(day: date, locale: str, year: bool, weekday: bool) -> str:
    if year and not weekday:
        return format_date(day, "long", locale=_locale(locale))
    return format_date(day, _long_months(_pattern(locale, year, weekday)), locale=_locale(locale))


def _pattern(locale: str, year: bool, weekday: bool) -> str:
    skeletons = _locale(locale).datetime_skeletons
    return str(skeletons[_skeleton(year, weekday)].pattern)


def _skeleton(year: bool, weekday: bool) -> str:
    return f"{'y' if year else ''}MMM{'E' if weekday else ''}d"


def _long_months(pattern: str) -> str:
    """Return the pattern with full names of months; numeric months stay numeric."""
    return re.sub(r"(?<!M)MMM(?!M)", "MMMM", re.sub(r"(?<!L)LLL(?!L)", "LLLL", pattern))


@lru_cache(maxsize=1024)
def _span(first: date, last: date, locale: str, year: bool, weekday: bool) -> str:
    if first == last:
        return _day(first, locale, year, weekday)
    year = year or (first.year != last.year and not weekday)
    patterns = _locale(locale).interval_formats[_skeleton(year, weekday)]
    greatest = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    begin, end = patterns.get(greatest) or patterns["M"]
    written = "".join(
        format_date(day, _long_months(pattern), locale=_locale(locale))
        for day, pattern in ((first, begin), (last, end))
    )
    return written.replace("\u2009", " ")


@lru_cache(maxsize=256)
def _months(locale: str) -> tuple[tuple[int, str], ...]:
    return tuple(sorted(_locale(locale).months["stand-alone"]["wide"].items()))


def _without_sign(text: str, currency: str, locale: str) -> str:
    """Return an input without the sign or code of the currency before or after the digits."""
    text = _narrow(text).strip()
    for mark in _marks(currency, locale):
        for place in (rf"^([+\-{MINUS}]?)\s*{re.escape(mark)}", rf"(){re.escape(mark)}$"):
            shorter, count = re.subn(place, r"\1", text, count=1, flags=re.IGNORECASE)
            if count:
                return shorter
    return text


@lru_cache(maxsize=256)
def _marks(currency: str, locale: str) -> tuple[str, ...]:
    """Return the code and signs of a currency, the longest first: US$, USD, $."""
    signs = {_narrow(get_currency_symbol(currency, name)) for name in (locale, "en", "en_001")}
    short = {sign[-1] for sign in signs if unicodedata.category(sign[-1]) == "Sc"}
    return tuple(sorted({currency, *signs, *short}, key=len, reverse=True))


def _narrow(text: str) -> str:
    """Return the text with decimal digits as 0 to 9 and full-width signs in their common form."""
    return "".join(
        str(unicodedata.decimal(character))
        if character.isdecimal()
        else unicodedata.normalize("NFKC", character)
        if "！" <= character <= "￮"
        else character
        for character in text
        if character not in _DIRECTIONS
    )


def _typed(text: str, locale: str) -> str:
    """Return a number in the notation of a locale as a plain decimal number. Raises ValueError."""
    found = _shape(locale).fullmatch(_narrow(text).strip())
    if not found or not (found["whole"] or found["part"]):
        raise ValueError(f"not a number: {text!r}")
    whole = re.sub(r"\D", "", found["whole"] or "") or "0"
    if len(whole) > MOST_DIGITS:
        raise ValueError(f"too large: {text!r}")
    sign = "-" if found["sign"] in ("-", MINUS) else ""
    return f"{sign}{whole}.{found['part']}" if found["part"] else f"{sign}{whole}"


@lru_cache(maxsize=256)
def _shape(locale: str) -> re.Pattern[str]:
    """Return a pattern for numbers of a locale: grouped by threes or as the locale does, or not grouped."""
    symbols = _locale(locale).number_symbols["latn"]
    primary, secondary = _locale(locale).decimal_formats[None].grouping
    group = r"[\s’']" if symbols["group"] == "’" else rf"[\s{re.escape(symbols['group'])}]"
    whole = "|".join(
        [
            rf"\d{{1,3}}(?P<one>{group})\d{{3}}(?:(?P=one)\d{{3}})*",
            rf"\d{{1,{secondary}}}(?P<two>{group})(?:\d{{{secondary}}}(?P=two))*\d{{{primary}}}",
            r"\d+",
        ]
    )
    part = rf"(?:{re.escape(symbols['decimal'])}(?P<part>\d{{1,9}}))?"
    return re.compile(rf"(?P<sign>[+\-{MINUS}]?)\s*(?P<whole>{whole})?{part}")
