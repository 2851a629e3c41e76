"""A refusal of the shop is reported with its row and column in a sentence, never as a code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kashcraft.core.errors import DomainError
from kashcraft.product_csv.presenters.refusals import refusal_of_page, refusal_of_quantity, refusal_of_type
from kashcraft.product_csv.rules.changes import ProductPlan, plan_import
from tests.unit.product_csv.rules.test_changes import CONTEXT, CSV


def plan(quantity: int = 3) -> ProductPlan:
    variant = replace(CSV.variants[0], row=5, quantity=quantity)
    (found,), _ = plan_import([replace(CSV, row=4, type="★", variants=(variant,))], CONTEXT)
    return found


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            DomainError("slug_taken", slug="ring"),
            "row 4, Handle: another product has got this address in the",
        ),
        (DomainError("slug_empty"), "row 4, Handle: there are no letters or digits to make an address of"),
        (DomainError("sku_taken", sku="R-7"), "row 4, Variant SKU: “R-7” has been given to another product"),
        (DomainError("currency_mismatch"), "row 4, Variant Price: the shop has amounts of this product in"),
        (DomainError("something_new"), "row 4, Handle: the shop refuses this product as it stands"),
    ],
)
def test_a_product(error: DomainError, line: str) -> None:
    message = str(refusal_of_page(error, plan()))

    assert message.startswith(line)
    assert error.code not in message


def test_a_type() -> None:
    assert str(refusal_of_type(DomainError("slug_empty"), plan())) == (
        "row 4, Type: “★” has no letters or digits to make the address of a category"
    )


def test_a_quantity() -> None:
    refused = refusal_of_quantity(plan(0).variants[0], 1)

    assert str(refused) == "row 5, Variant Inventory Qty: 0 is fewer than the 2 that shoppers hold now"
