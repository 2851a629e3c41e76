"""Checks that a referred customer is another person."""

from __future__ import annotations

import pytest

from kashcraft.loyalty.rules import same_person


@pytest.mark.parametrize(
    ("email", "other", "same"),
    [
        ("asha@shop.example", "asha@shop.example", True),
        ("Asha@Shop.example", " asha@shop.example ", True),
        ("asha@shop.example", "asha+second@shop.example", True),
        ("asha.bhat@gmail.com", "ashabhat+2@googlemail.com", True),
        ("asha.bhat@shop.example", "ashabhat@shop.example", False),
        ("asha@shop.example", "asha@other.example", False),
        (None, None, False),
        ("asha@shop.example", None, False),
    ],
)
def test_addresses_of_one_mailbox_are_one_person(email: str | None, other: str | None, same: bool) -> None:
    assert same_person(email, other) is same
