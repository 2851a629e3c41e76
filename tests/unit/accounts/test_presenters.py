"""Labels and error messages of address fields, by country."""

import pytest

from kashcraft.accounts.presenters import CITIES, CODES, STATES, ChoiceFieldTexts, field_texts, problem_texts
from kashcraft.accounts.rules import Address, check, countries, format_for

LINE2 = "Apartment, floor or company"

US = Address("Ada Lovelace", "", "1600 Amphitheatre Pkwy", "Suite 2", "Mountain View", "CA", "94043", "US")
GB = Address("Ada Lovelace", "", "10 Downing Street", "", "London", "", "SW1A 2AA", "GB")
DE = Address("Emmy Noether", "", "Hauptstraße 1", "Hinterhaus", "Berlin", "", "10115", "DE")
IN = Address("Rahim Sofi", "", "Boulevard Road", "", "Srinagar", "Jammu and Kashmir", "190001", "IN")
JP = Address("Hanako Yamada", "", "1-2-3 Marunouchi", "", "Chiyoda-ku", "Tokyo", "100-0005", "JP")


def changed(address: Address, **fields: str) -> Address:
    return Address.from_dict(address.to_dict() | fields)


def labels(country: str) -> list[str]:
    return [str(field_texts(item).label) for item in format_for(country).fields]


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("US", ["Full name", "Street address", LINE2, "City", "State", "ZIP code", "Phone"]),
        ("GB", ["Full name", "Street address", LINE2, "Town or city", "Postcode", "Phone"]),
        ("DE", ["Full name", "Street address", LINE2, "Postcode", "City", "Phone"]),
        ("IN", ["Full name", "Street address", LINE2, "City", "PIN code", "State", "Phone"]),
        ("JP", ["Full name", "Postal code", "Prefecture", "City", "Street address", LINE2,
                "Phone"]),
        ("IE", ["Full name", "Street address", LINE2, "City", "County", "Eircode", "Phone"]),
        ("SG", ["Full name", "Street address", LINE2, "Postal code", "Phone"]),
    ],
)  # fmt: skip
def test_each_country_has_its_fields_in_order(country: str, expected: list[str]) -> None:
    assert labels(country) == expected


def problems_of(address: Address) -> dict[str, str]:
    return problem_texts(check(address))


def test_every_missing_field_has_a_message() -> None:
    assert problems_of(Address(country="US")) == {
        "full_name": "Please enter a name.",
        "street_address": "Please enter a street address.",
        "city": "Please enter a city.",
        "state": "Please choose a state.",
        "postal_code": "Please enter a ZIP code.",
    }


@pytest.mark.parametrize(
    ("address", "problems"),
    [
        (changed(US, postal_code="10001"), {"postal_code": "This ZIP code does not belong to California."}),
        (changed(US, postal_code="9404"), {"postal_code": "Please enter a ZIP code like 95014."}),
        (changed(US, state="Bavaria"), {"state": "Please choose one from the list."}),
        (changed(GB, postal_code="12345"), {"postal_code": "Please enter a postcode like EC1Y 8SY."}),
        (changed(DE, postal_code="1011"), {"postal_code": "Please enter a postcode like 26133."}),
        (changed(IN, postal_code="19000"), {"postal_code": "Please enter a PIN code like 110034."}),
        (changed(JP, city=""), {"city": "Please enter a city."}),
        (changed(US, city="x" * 121), {"city": "At most 120 characters."}),
        (changed(US, country="XX"), {"country": "Please choose a country."}),
        (changed(US, country=""), {"country": "Please choose a country."}),
    ],
)
def test_problem_has_a_message_at_its_field(address: Address, problems: dict[str, str]) -> None:
    assert problems_of(address) == problems


def test_phone_number_is_optional_but_checked() -> None:
    assert problems_of(changed(US, phone="(650) 253-0000")) == {}
    assert problems_of(changed(DE, phone="+91 194 245 2691")) == {}
    wrong = {"phone": "This is not a phone number. Start with + and the country code if in doubt."}
    assert problems_of(changed(US, phone="12")) == wrong
    assert problems_of(changed(US, phone="call me")) == wrong


def test_every_kind_of_field_has_texts() -> None:
    fields = [item for code, _ in countries() for item in format_for(code).fields]
    fallen_back = {
        (item.name, item.kind)
        for item in fields
        if item.kind and item.kind not in {"state": STATES, "city": CITIES, "postal_code": CODES}[item.name]
    }

    assert fallen_back == set()
    assert all(isinstance(field_texts(item), ChoiceFieldTexts) for item in fields if item.choices)


def test_labels_are_not_inserted_into_sentences() -> None:
    emirates = format_for("AE").field("state")
    assert emirates is not None
    words = field_texts(emirates)

    assert isinstance(words, ChoiceFieldTexts)
    assert [str(text) for text in (words.label, words.prompt, words.missing_choice)] == [
        "Emirate", "Choose an emirate", "Please choose an emirate.",
    ]  # fmt: skip
