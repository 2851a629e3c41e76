"""E-mail addresses in ASCII and in normalized form."""

from __future__ import annotations

import pytest

from kashcraft.core.email_addresses import ascii_domain, is_address, normalized_address


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Ada@Shop.example", "Ada@Shop.example"),
        ("ada+shawls@shop.example", "ada+shawls@shop.example"),
        ("o'brien@shop.example", "o'brien@shop.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@例え.jp", "ada@xn--r8jz45g.jp"),
        ("nobody", "nobody"),
        ("ü@", "ü@"),
    ],
)
def test_domains_are_converted_to_ascii(typed: str, known: str) -> None:
    assert ascii_domain(typed) == known


@pytest.mark.parametrize(
    "typed",
    ["ada@bücher.example", " Ada@BÜCHER.example ", "ada@xn--bcher-kva.example", "ADA@XN--BCHER-KVA.example"],
)
def test_notations_of_one_address_are_normalized(typed: str) -> None:
    assert normalized_address(typed) == "ada@xn--bcher-kva.example"


def test_tags_distinguish_normalized_addresses() -> None:
    assert normalized_address("ada+a@shop.example") != normalized_address("ada+b@shop.example")


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("ada@shop.example.com", True),
        ("ada@bücher.de", True),
        ("ädä@shop.de", False),
        ("ada", False),
        ("ada@", False),
        ("", False),
        ("Ada <ada@shop.de>", False),
    ],
)
def test_only_whole_addresses_are_accepted(text: str, is_valid: bool) -> None:
    assert is_address(text) is is_valid
