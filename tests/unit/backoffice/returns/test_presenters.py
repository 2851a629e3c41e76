"""The list of returns: its tabs, and the row of a return."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from kashcraft.backoffice.presenters.tables import Cell
from kashcraft.backoffice.returns.presenters import LIST, TAB_STATES, return_row
from kashcraft.core.ids import OrderId, ReturnId
from kashcraft.orders.rules import ReturnReason, ReturnState, StaffItem, StaffReturn

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_every_tab_but_the_last_has_a_state() -> None:
    assert [key for key, _ in LIST.tabs] == [*TAB_STATES, "all"]


def test_a_row_has_order_age_customer_items_reasons_and_status() -> None:
    shawl = StaffItem(name="Shawl", options="", units=2)
    bowl = StaffItem(name="Bowl", options="", units=1)
    returned = StaffReturn(
        id=ReturnId(UUID(int=1)), order_id=OrderId(UUID(int=2)), number="KC-1", customer="Ada King",
        requested_at=NOW, state=ReturnState.REQUESTED, items=(shawl, bowl),
        reasons=(ReturnReason.DAMAGED, ReturnReason.DOES_NOT_FIT),
    )  # fmt: skip

    row = return_row(returned, url="/order")

    assert (row.id, row.title, row.item) == (str(returned.id), "KC-1", returned)
    assert list(row.cells) == [
        Cell(text="KC-1", href="/order"),
        Cell(at=NOW),
        Cell(text="Ada King"),
        Cell(text="2 × Shawl", note="and 1 more", export="2 × Shawl; 1 × Bowl"),
        Cell(text="It arrived damaged, It does not fit"),
        Cell(text="Return requested", tag="warn"),
        Cell(),
    ]
