"""E-mail addresses in ASCII and as they are compared."""

from __future__ import annotations

import pytest

from kashcraft.core.email_addresses import ascii_domain, normalized_address


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
def test_mail_servers_know_domains_in_ascii(typed: str, known: str) -> None:
    assert ascii_domain(typed) == known


@pytest.mark.parametrize(
    "typed",
    ["ada@bücher.example", " Ada@BÜCHER.example ", "ada@xn--bcher-kva.example", "ADA@XN--BCHER-KVA.example"],
)
def test_the_same_box_is_the_same_however_it_is_written(typed: str) -> None:
    assert normalized_address(typed) == "ada@xn--bcher-kva.example"


def test_what_stands_after_a_plus_makes_another_box() -> None:
    assert normalized_address("ada+a@shop.example") != normalized_address("ada+b@shop.example")
