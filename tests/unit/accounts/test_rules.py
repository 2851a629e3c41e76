"""Comparison of e-mail addresses, and postal addresses by country."""

from types import SimpleNamespace

import pytest

from kashcraft.accounts.rules import (
    Address,
    check,
    countries,
    country_name,
    format_for,
    is_country,
    lines,
    region_name,
)

US = Address("Ada Lovelace", "", "1600 Amphitheatre Pkwy", "Suite 2", "Mountain View", "CA", "94043", "US")
GB = Address("Ada Lovelace", "", "10 Downing Street", "", "London", "", "SW1A 2AA", "GB")
DE = Address("Emmy Noether", "", "Hauptstraße 1", "Hinterhaus", "Berlin", "", "10115", "DE")
IN = Address("Rahim Sofi", "", "Boulevard Road", "", "Srinagar", "Jammu and Kashmir", "190001", "IN")
JP = Address("Hanako Yamada", "", "1-2-3 Marunouchi", "", "Chiyoda-ku", "Tokyo", "100-0005", "JP")


def changed(address: Address, **fields: str) -> Address:
    return Address.from_dict(address.to_dict() | fields)


def codes(address: Address) -> dict[str, str]:
    return {name: problem.code for name, problem in check(address).items()}


def test_every_field_has_an_autocomplete_token() -> None:
    assert {item.name: item.token for item in format_for("US").fields} == {
        "full_name": "name",
        "street_address": "address-line1",
        "street_address2": "address-line2",
        "city": "address-level2",
        "state": "address-level1",
        "postal_code": "postal-code",
        "phone": "tel",
    }


def test_required_fields_depend_on_the_country() -> None:
    def required(country: str) -> set[str]:
        return {item.name for item in format_for(country).fields if item.required}

    assert required("US") == {"full_name", "street_address", "city", "state", "postal_code"}
    assert required("GB") == {"full_name", "street_address", "city", "postal_code"}
    assert required("AE") == {"full_name", "street_address", "state"}
    assert required("IE") == {"full_name", "street_address", "city"}


def test_regions_are_listed_in_latin_script() -> None:
    states = format_for("US").field("state")
    prefectures = format_for("JP").field("state")
    assert states is not None
    assert prefectures is not None
    assert ("CA", "California") in states.choices
    assert len(prefectures.choices) == 47
    assert ("Tokyo", "Tokyo") in prefectures.choices
    assert region_name(US) == "California"
    assert region_name(GB) == ""


@pytest.mark.parametrize("address", [US, GB, DE, IN, JP], ids=lambda address: address.country)
def test_a_complete_address_has_no_problems(address: Address) -> None:
    assert check(address) == {}


def test_every_missing_field_is_reported() -> None:
    assert codes(Address(country="US")) == {
        "full_name": "missing",
        "street_address": "missing",
        "city": "missing",
        "state": "missing",
        "postal_code": "missing",
    }


@pytest.mark.parametrize(
    ("address", "problems"),
    [
        (changed(US, postal_code="10001"), {"postal_code": "postal_code_elsewhere"}),
        (changed(US, postal_code="9404"), {"postal_code": "postal_code_form"}),
        (changed(US, state="Bavaria"), {"state": "not_offered"}),
        (changed(US, city="x" * 121), {"city": "too_long"}),
        (changed(US, country="XX"), {"country": "country_unknown"}),
        (changed(US, phone="12"), {"phone": "no_phone_number"}),
        (changed(US, phone="call me"), {"phone": "no_phone_number"}),
        (changed(US, phone="(650) 253-0000"), {}),
        (changed(DE, phone="+91 194 245 2691"), {}),
    ],
)
def test_problem_is_reported_by_its_field(address: Address, problems: dict[str, str]) -> None:
    assert codes(address) == problems


def test_postal_codes_are_accepted_in_lower_case_and_wide_digits() -> None:
    assert check(changed(GB, postal_code="sw1a2aa")) == {}
    assert check(changed(JP, postal_code="１００－０００５")) == {}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (US, ["Ada Lovelace", "1600 Amphitheatre Pkwy", "Suite 2", "Mountain View, CA 94043",
              "United States"]),
        (GB, ["Ada Lovelace", "10 Downing Street", "London", "SW1A 2AA", "United Kingdom"]),
        (DE, ["Emmy Noether", "Hauptstraße 1", "Hinterhaus", "10115 Berlin", "Germany"]),
        (IN, ["Rahim Sofi", "Boulevard Road", "Srinagar 190001", "Jammu and Kashmir", "India"]),
        (JP, ["Hanako Yamada", "1-2-3 Marunouchi", "Chiyoda-ku, Tokyo", "100-0005", "Japan"]),
        (changed(JP, full_name="山田花子", street_address="丸の内1-2-3", city="千代田区"),
         ["〒100-0005", "東京都千代田区", "丸の内1-2-3", "山田花子", "Japan"]),
        (changed(US, city="", postal_code=""), ["Ada Lovelace", "1600 Amphitheatre Pkwy", "Suite 2", "CA",
                                                "United States"]),
    ],
)  # fmt: skip
def test_lines_follow_the_format_of_the_country(address: Address, expected: list[str]) -> None:
    assert lines(address) == expected


def test_lines_do_not_change_capitals() -> None:
    typed = changed(GB, city="london", postal_code="sw1a 2aa")
    assert lines(typed)[2:4] == ["london", "sw1a 2aa"]


def test_stored_address_is_restored_unchanged() -> None:
    assert Address.from_dict(US.to_dict()) == US
    assert Address.from_dict({"full_name": "Ada", "phone": None, "planet": "Earth"}) == Address(
        full_name="Ada"
    )
    assert Address.from_dict(None) == Address()


def test_every_listed_country_has_a_format() -> None:
    assert len(countries()) > 200
    for code, name in countries():
        form = format_for(code)
        values = {item.name: item.choices[0][0] if item.choices else "x" for item in form.fields}
        address = Address(**{**values, "phone": "", "country": code})
        assert set(check(address)) <= {"postal_code"}
        assert lines(address)[-1] == name == country_name(code)


def test_unknown_countries_have_no_format() -> None:
    assert not is_country("XX")
    assert not is_country("us")
    with pytest.raises(ValueError, match="no address format for 'XX'"):
        format_for("XX")


def test_address_is_made_from_a_row() -> None:
    row = SimpleNamespace(**US.to_dict() | {"phone": None}, is_default=True)

    assert Address.from_row(row) == US
