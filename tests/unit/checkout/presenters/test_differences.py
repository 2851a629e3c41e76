"""Sentences for the differences between two snapshots of an order."""

from __future__ import annotations

from typing import Any

import pytest

from kashcraft.checkout.presenters import differences
from kashcraft.checkout.rules import is_same_order
from kashcraft.core.formats import Formats

SEEN: dict[str, Any] = {
    "checkout": "c1",
    "total": 10511,
    "due": 10511,
    "tax": 711,
    "email": "ada@example.com",
    "address": "1 Main Street, Berkeley",
    "billing": "",
    "delivery": ["Standard", "2026-03-06", "2026-03-10"],
    "delivery_price": 1200,
    "lines": {"bowl/": ["Walnut bowl", 2, 4300]},
    "voucher": ["SPRING", 860],
    "reward": [],
    "points": [],
    "gift_cards": {},
}


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({}, []),
        ({"lines": {"bowl/": ["Walnut bowl", 2, 5000]}}, ["Walnut bowl costs $50.00 instead of $43.00."]),
        (
            {"lines": {"bowl/": ["Walnut bowl", 1, 4300]}},
            ["Your bag holds 1 of Walnut bowl instead of 2."],
        ),
        (
            {"lines": {"box/": ["Willow box", 2, 4300]}},
            [
                "Walnut bowl is no longer in your bag.",
                "Willow box was added to your bag: 2 at $43.00 each.",
            ],
        ),
        (
            {"delivery": ["Express", "2026-03-04", "2026-03-04"]},
            [
                "Your order is delivered by Express (Wed, March 4) "
                "instead of Standard (Fri, March 6 – Tue, March 10)."
            ],
        ),
        ({"delivery_price": 3000}, ["Delivery costs $30.00 instead of $12.00."]),
        (
            {"address": "2 Side Street"},
            ["Your order goes to 2 Side Street instead of 1 Main Street, Berkeley."],
        ),
        (
            {"email": "eve@example.com"},
            ["The confirmation goes to eve@example.com instead of ada@example.com."],
        ),
        ({"voucher": []}, ["SPRING does not apply any more."]),
        ({"voucher": ["SPRING", 500]}, ["SPRING takes $5.00 off instead of $8.60."]),
        (
            {"voucher": ["SUMMER", 900]},
            ["SPRING does not apply any more.", "SUMMER takes $9.00 off."],
        ),
        ({"reward": ["A free bowl", 4300]}, ["A free bowl takes $43.00 off."]),
        ({"points": [1200, 1200]}, ["1,200 points are used instead of 0."]),
        (
            {"gift_cards": {"c": ["…7K4M", 10000]}, "due": 511},
            ["Gift card …7K4M pays $100.00 instead of $0.00.", "You pay $5.11 instead of $105.11."],
        ),
        (
            {"billing": "3 Bill Street"},
            ["The invoice goes to 3 Bill Street instead of the delivery address."],
        ),
        (
            {"checkout": "c2"},
            ["The order that you looked at has ended or was another one. This one is not placed yet."],
        ),
        ({"tax": 800}, ["The tax is $8.00 instead of $7.11."]),
        ({"total": 11000, "due": 11000}, ["The total is $110.00 instead of $105.11."]),
    ],
)
def test_each_difference_is_a_sentence_with_both_values(change: dict[str, Any], sentences: list[str]) -> None:
    assert differences(SEEN, SEEN | change, currency="USD", formats=Formats()) == sentences


ANOTHER: dict[str, Any] = {
    "checkout": "c2",
    "total": 1,
    "due": 1,
    "tax": 1,
    "email": "eve@example.com",
    "address": "2 Side Street",
    "billing": "3 Bill Street",
    "delivery": ["Standard", "2026-03-06", "2026-03-11"],
    "delivery_price": 1,
    "lines": {"bowl/": ["Walnut bowl", 3, 4300]},
    "voucher": ["SPRING", 861],
    "reward": ["A free bowl", 4301],
    "points": [1200, 1201],
    "gift_cards": {"c": ["…7K4M", 10001]},
}
FULL = SEEN | {"reward": ["A free bowl", 4300], "points": [1200, 1200], "gift_cards": {"c": ["…7K4M", 1]}}


@pytest.mark.parametrize("name", SEEN)
def test_every_difference_is_reported(name: str) -> None:
    now = FULL | {name: ANOTHER[name]}
    assert not is_same_order(FULL, now)
    assert len(differences(FULL, now, currency="USD", formats=Formats())) == 1


def test_the_name_of_a_product_is_no_difference() -> None:
    now = FULL | {"lines": {"bowl/": ["Bowl of walnut", 2, 4300]}, "gift_cards": {"c": ["…XXXX", 1]}}
    assert is_same_order(FULL, now)
    assert differences(FULL, now, currency="USD", formats=Formats()) == []
