"""The page of an order: its items, refunds and dates, and its next step."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kashcraft.backoffice.orders.presenters.order import RefundRow
from kashcraft.backoffice.orders.presenters.page import DATES, dates, items_table, next_step, refunds_table
from kashcraft.backoffice.presenters.tables import Cell, TimeStyle
from kashcraft.core.formats import Formats
from kashcraft.core.ids import OrderLineId, RefundId
from kashcraft.core.money import Money
from kashcraft.orders.presenters import ShownLine
from kashcraft.orders.rules import OrderStatus, RefundStatus

FORMATS = Formats("en_US", "UTC")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def dollars(minor: int) -> Money:
    return Money(minor, "USD")


def test_an_item_has_its_options_its_price_and_what_was_refunded() -> None:
    line = ShownLine(
        id=OrderLineId(UUID(int=1)), name="Shawl", options="Size: M", sku="SHAWL-M", slug="shawl",
        picture=None, quantity=3, unit=dollars(10_000), amount=dollars(30_000), discount=dollars(-1_000),
        tax_rate="0%", returned=1, gift_text="",
    )  # fmt: skip

    listed = items_table([line], FORMATS, lambda slug: f"/products/{slug}")

    assert [column.label for column in listed.columns] == ["Item", "Price", "Quantity", "Total"]
    assert list(listed.rows[0].cells) == [
        Cell(text="Shawl", href="/products/shawl", note="Size: M, SHAWL-M"),
        Cell(text="$100.00"),
        Cell(text="3", note="1 refunded"),
        Cell(text="$300.00", note="−$10.00 discount"),
    ]


@pytest.mark.parametrize(("is_refused", "columns"), [(True, 5), (False, 4)])
def test_refunds_have_a_column_of_next_steps_only_where_one_is_refused(
    is_refused: bool, columns: int
) -> None:
    refund = RefundRow(
        id=RefundId(UUID(int=2)), at=NOW, reason="Broken", label="Refused", tag="bad", amount=dollars(500),
        answer="Account closed", is_refused=is_refused,
    )  # fmt: skip

    listed = refunds_table([refund], FORMATS)

    assert len(listed.columns) == columns
    assert listed.rows[0].item is refund
    assert list(listed.rows[0].cells)[:4] == [
        Cell(at=NOW, style=TimeStyle.TIME),
        Cell(text="Broken"),
        Cell(text="Refused", tag="bad", note="Account closed"),
        Cell(text="$5.00"),
    ]


def test_dates_are_those_that_are_known() -> None:
    moments = dict.fromkeys(DATES) | {"placed": NOW, "shipped": NOW}

    assert dates(moments) == [("Placed", NOW), ("Shipped", NOW)]


@pytest.mark.parametrize(
    ("status", "refunded", "by_email", "step"),
    [
        (OrderStatus.PAID, RefundStatus.NONE, False, "processing"),
        (OrderStatus.PROCESSING, RefundStatus.PARTIAL, False, "shipped"),
        (OrderStatus.SHIPPED, RefundStatus.NONE, False, "delivered"),
        (OrderStatus.DELIVERED, RefundStatus.NONE, False, None),
        (OrderStatus.PAID, RefundStatus.FULL, False, None),
        (OrderStatus.PAID, RefundStatus.NONE, True, None),
    ],
)
def test_the_next_step_follows_from_status_refunds_and_delivery(
    status: OrderStatus, refunded: RefundStatus, by_email: bool, step: str | None
) -> None:
    found = next_step(status, refunded, by_email=by_email)

    assert (found[0] if found else None) == step
