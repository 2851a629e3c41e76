"""The page of a voucher: its uses as a table, and the texts of its changes."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kashcraft.backoffice.vouchers.presenters.voucher import ListedUse, change_texts, uses_table
from kashcraft.core.formats import Formats
from kashcraft.core.ids import OrderId
from kashcraft.core.money import Money

FORMATS = Formats("en_US", "UTC")
USE = ListedUse(
    order_id=OrderId(UUID(int=7)), number="KC-1", url="/order", email="ada@shop.example", code="SPRING",
    at=datetime(2026, 3, 2, tzinfo=UTC), discount=Money(1_000, "USD"), total=Money(9_000, "USD"),
    is_released=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("has_copies", "has_people", "columns", "cells"),
    [
        (False, False, ["order", "time", "discount", "total", "state"], ["KC-1", "", "$10.00", "$90.00"]),
        (
            True,
            True,
            ["order", "time", "customer", "code", "discount", "total", "state"],
            ["KC-1", "", "ada@shop.example", "SPRING", "$10.00", "$90.00"],
        ),
    ],
)
def test_uses_show_customers_and_codes_where_asked_for(
    has_copies: bool, has_people: bool, columns: list[str], cells: list[str]
) -> None:
    table = uses_table([USE], FORMATS, has_copies=has_copies, has_people=has_people)

    assert [column.key for column in table.columns] == columns
    assert [cell.text for cell in table.rows[0].cells] == [*cells, "Applied"]
    assert table.rows[0].cells[0].href == "/order"


def test_a_change_shows_its_codes_and_each_value_before_and_after() -> None:
    texts = change_texts(
        {"discount_value": [1_000, 1_250], "max_usages": [None, 7]},
        [2],
        is_percentage=True,
        currency="USD",
        formats=FORMATS,
    )

    assert texts == ["2 codes", "Discount: 10% → 12.5%", "Total uses: none → 7"]
