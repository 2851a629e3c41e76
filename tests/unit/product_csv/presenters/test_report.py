"""What an import has done, in lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kashcraft.product_csv.presenters.report import describe
from kashcraft.product_csv.rules.changes import plan_import
from kashcraft.product_csv.rules.document import Remark
from kashcraft.product_csv.rules.products import CsvProduct
from tests.unit.product_csv.rules.test_changes import CONTEXT, CSV

WITHOUT = "because the file does not count it; what has no stock cannot be sold until stock is booked"

ENDLESS = "sold without a count, because the file names no inventory tracker"


def lines(*products: CsvProduct, notes: tuple[Remark, ...] = ()) -> list[str]:
    return list(describe(plan_import(products, CONTEXT)[0], notes))


def test_what_is_touched_is_named_and_everything_counted() -> None:
    new = replace(CSV, slug="new", name="New")

    assert lines(replace(CSV, name="x" * 80), new, notes=(Remark(3, "Handle", "so"),)) == [
        "changed ring",
        f"  title: “Ring” -> “{'x' * 59}…”",
        "created new",
        "note: row 3, Handle: so",
        "1 created, 1 changed, 0 unchanged",
    ]


@pytest.mark.parametrize(
    ("quantity", "tracked", "expected"),
    [
        (None, True, [f"note: 1 variant comes in without stock, {WITHOUT}"]),
        (0, False, [f"note: 1 new variant is {ENDLESS}"]),
        (0, True, []),
        (2, False, [f"note: 1 new variant is {ENDLESS}"]),
    ],
)
def test_new_products_without_a_count_are_reported(
    quantity: int | None, tracked: bool, expected: list[str]
) -> None:
    one = replace(CSV.variants[0], quantity=quantity, is_counted=tracked)
    new = replace(CSV, slug="new", variants=(one,))

    assert [line for line in lines(new) if line.startswith("note")] == expected
    assert [line for line in lines(replace(CSV, variants=(one,))) if line.startswith("note")] == []
    assert [line for line in lines(replace(new, is_gift_card=True)) if line.startswith("note")] == []


def test_several_without_stock_are_counted() -> None:
    one = replace(CSV.variants[0], quantity=None)
    new = replace(CSV, slug="new", variants=(one, replace(one, values=("8",))))

    assert f"note: 2 variants come in without stock, {WITHOUT}" in lines(new)
