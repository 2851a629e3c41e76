"""Rows of stock, and the notice after receiving a delivery."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kashcraft.backoffice.presenters.tables import Cell, TimeStyle
from kashcraft.backoffice.stock.presenters import (
    LIST,
    REASONS,
    leaving_table,
    movements_table,
    received_text,
    resting_table,
    stock_row,
)
from kashcraft.core.formats import Formats
from kashcraft.core.ids import OrderId, ProductId, new_id
from kashcraft.inventory.models import LogReason
from kashcraft.inventory.queries.records import SORTED_BY
from kashcraft.inventory.rules import DaysLeft, DeadStock, Movement, StockPart, StockRecord

FORMATS = Formats("en_US", UTC)
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def record(name: str = "Pheran", options: str = "Size: S", **values: int | bool) -> StockRecord:
    return StockRecord(
        ProductId(new_id()), name, options, "PH-S", **{"quantity": 1234, "reserved": 4, **values},  # type: ignore[arg-type]
        reorder_level=1300, reorder_quantity=50, place="C 3",
    )  # fmt: skip


def test_the_list_has_a_tab_for_each_part_and_sorts_by_what_the_query_sorts_by() -> None:
    assert [key for key, _ in LIST.tabs] == list(StockPart)
    assert LIST.sortable == set(SORTED_BY)


def test_a_row_has_product_sku_location_and_figures() -> None:
    pheran = record()

    row = stock_row(pheran, FORMATS, url="/stock/1", units=None)

    assert (row.id, row.title) == (str(pheran.product_id), "Pheran (Size: S)")
    assert list(row.cells) == [
        Cell(text="Pheran", href="/stock/1", note="Size: S", export="Pheran (Size: S)"),
        Cell(text="PH-S"),
        Cell(text="C 3"),
        Cell(text="1,230", export=1230),
        Cell(text="4", export=4),
        Cell(text="1,300", export=1300),
        Cell(text="50", export=50),
        Cell(),
    ]


def test_a_product_that_is_not_counted_has_no_figures_and_an_archived_one_is_marked() -> None:
    row = stock_row(record(is_counted=False, is_archived=True), FORMATS, url="", units=None)

    assert row.cells[0].note == "Size: S, Archived"
    assert list(row.cells[3:]) == [Cell(text="Not counted"), Cell(), Cell(), Cell(), Cell()]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([1], "Received: 1 unit of A."),
        ([1, 0, 20], "Received: 1 unit of A and 20 units of C (Size: S)."),
        ([1, 2, 3], "Received: 1 unit of A, 2 units of B, and 3 units of C (Size: S)."),
        ([1, 2, 3, 4], "Received: 10 units of 4 products."),
    ],
)
def test_the_notice_names_up_to_three_products(units: list[int], expected: str) -> None:
    records = [record(name, "Size: S" if name == "C" else "") for name in "ABCD"]
    received = {one.product_id: count for one, count in zip(records, units, strict=False) if count}

    assert received_text(records, received, FORMATS) == expected


def test_a_movement_has_its_change_reason_user_and_order() -> None:
    order_id = OrderId(new_id())
    moved = [
        Movement(AT, -2, 1008, LogReason.PURCHASE, None, order_id, ""),
        Movement(AT, 3, 1010, LogReason.RESTOCK, "Asha Bhat", None, "From Srinagar"),
    ]

    table = movements_table(moved, {order_id: "KC-1"}, FORMATS, order_url=lambda order: f"/orders/{order}")

    assert [list(row.cells) for row in table.rows] == [
        [
            Cell(at=AT, style=TimeStyle.TIME), Cell(text="−2"), Cell(text="1,008"), Cell(text="Sold"),
            Cell(text="The shop"), Cell(text="KC-1", href=f"/orders/{order_id}"), Cell(),
        ],
        [
            Cell(at=AT, style=TimeStyle.TIME), Cell(text="+3"), Cell(text="1,010"), Cell(text="Received"),
            Cell(text="Asha Bhat"), Cell(), Cell(text="From Srinagar"),
        ],
    ]  # fmt: skip


def test_every_reason_of_a_movement_has_a_word() -> None:
    assert set(REASONS) == set(LogReason) - {LogReason.OPENING}


def test_figures_say_how_long_stock_lasts_and_when_it_last_sold() -> None:
    one, two = ProductId(new_id()), ProductId(new_id())
    leaving = [DaysLeft(one, "Bowl", "", "B", 0, 3, 0), DaysLeft(two, "Tray", "Size: L", "T", 4, 2, 60)]
    resting = [DeadStock(one, "Bowl", "", "B", 2, 8000, None), DeadStock(two, "Tray", "", "T", 1, 50, AT)]

    first = leaving_table(leaving, FORMATS, url=str)
    second = resting_table(resting, FORMATS, currency="USD", url=str)

    assert [row.cells[4].text for row in first.rows] == ["Sold out", "60 days"]
    assert first.rows[1].cells[0] == Cell(text="Tray", note="Size: L", href=str(two))
    assert [row.cells[3].text for row in second.rows] == ["$80.00", "$0.50"]
    assert [row.cells[4] for row in second.rows] == [Cell(text="Never"), Cell(at=AT, style=TimeStyle.DAY)]
