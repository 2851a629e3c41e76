"""What has amounts, and so binds the shop to its currency."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from kashcraft.backoffice.settings.queries import list_amount_holders
from tests.factories.gift_cards import make_card
from tests.factories.members import member
from tests.factories.orders import place, stocked
from tests.factories.shopping import add_taxes_and_delivery
from tests.factories.vouchers import make_voucher


def test_an_empty_shop_has_no_amounts(database: Flask, count_statements: Callable[[], Any]) -> None:
    with count_statements() as seen:
        assert list_amount_holders() == []
    assert len(seen) == 6


def test_each_kind_of_amount_is_found(database: Flask) -> None:
    product = stocked(3)
    assert list_amount_holders() == ["products"]
    place((product, 1))
    make_voucher()
    make_card()
    member()
    add_taxes_and_delivery()

    assert list_amount_holders() == ["products", "orders", "vouchers", "gift_cards", "points", "delivery"]
