"""Texts of vouchers."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kashcraft.core.formats import Formats
from kashcraft.vouchers import presenters
from kashcraft.vouchers.models import DiscountType, Voucher


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"discount_type": DiscountType.PERCENTAGE, "discount_value": 1_250}, "12.5% off"),
        ({"discount_type": DiscountType.PERCENTAGE, "discount_value": 10_000}, "100% off"),
        (
            {"discount_type": DiscountType.PERCENTAGE, "discount_value": 2_000, "max_discount": 5_000},
            "20% off, at most $50.00",
        ),
        ({"discount_type": DiscountType.FIXED, "discount_value": 550, "currency": "EUR"}, "€5.50 off"),
    ],
)
def test_text_of_the_discount(values: dict[str, Any], words: str) -> None:
    assert presenters.benefit(Voucher(**values), "USD", Formats()) == words


PERCENTAGE = {
    "discount_type": DiscountType.PERCENTAGE, "discount_value": 1_000, "min_order_value": 0,
    "requires_code": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "10% off"),
        (
            {"min_order_value": 6_000, "max_discount": 4_000, "max_usage_per_user": 1},
            "10% off from $60.00, at most $40.00, once per customer",
        ),
        ({"max_order_value": 50_000, "max_usage_per_user": 2}, "10% off up to $500.00, 2 times per customer"),
        ({"min_order_value": 3_000, "max_order_value": 50_000}, "10% off from $30.00 to $500.00"),
        (
            {
                "discount_type": DiscountType.FIXED, "discount_value": 550, "currency": "USD",
                "min_discount": 200, "requires_code": False, "max_usages": 1,
            },
            "$5.50 off, not less than $2.00, without a code, 1 use in total",
        ),
    ],
)  # fmt: skip
def test_summary_of_the_terms(values: dict[str, Any], text: str) -> None:
    assert presenters.summary(Voucher(**PERCENTAGE | values), "USD", Formats()) == text


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0, None, ""),
        (3_000, None, "Orders from $30.00"),
        (0, 50_000, "Orders of at most $500.00"),
        (3_000, 50_000, "Orders of $30.00 to $500.00"),
    ],
)
def test_text_of_the_order_values(least: int, most: int | None, words: str) -> None:
    assert (
        presenters.condition(Voucher(min_order_value=least, max_order_value=most), "USD", Formats()) == words
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("max_usages", None, "none"),
        ("max_usages", 5, "5"),
        ("requires_code", True, "yes"),
        ("requires_code", False, "no"),
        ("discount_value", 1_250, "12.5%"),
        ("min_order_value", 3_000, "$30.00"),
        ("start_date", "2026-03-02T10:00:00+00:00", "March 2, 2026, 3:30\xa0PM"),
        ("category_ids", ["a", "b"], "2"),
        ("notes", "", "none"),
    ],
)
def test_text_of_a_history_value(name: str, value: Any, words: str) -> None:
    formats = Formats(zone=ZoneInfo("Asia/Kolkata"))
    assert presenters.history_text(name, value, is_share=True, currency="USD", formats=formats) == words


def test_text_of_a_fixed_amount() -> None:
    assert (
        presenters.history_text("discount_value", 550, is_share=False, currency="USD", formats=Formats())
        == "$5.50"
    )
