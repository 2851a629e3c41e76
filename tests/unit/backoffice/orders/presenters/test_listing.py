"""The list of orders: its tabs, and the row of an order."""

from __future__ import annotations

from flask import Flask

from kashcraft.backoffice.orders.presenters.listing import LIST, NEXT_STEPS, TAB_STATUS, order_row
from kashcraft.backoffice.presenters.tables import Cell
from kashcraft.core.formats import Formats
from kashcraft.orders import queries
from kashcraft.orders.rules import TO_FULFIL, OrderStatus, allows
from tests.factories.orders import paid, stocked

FORMATS = Formats("en_US", "UTC")


def test_the_next_step_is_one_that_an_order_may_take() -> None:
    steps = {status: OrderStatus(step) for status, (step, _) in NEXT_STEPS.items()}

    assert all(allows(status, following) for status, following in steps.items())
    assert tuple(steps) == TO_FULFIL


def test_every_tab_but_the_last_has_a_status() -> None:
    assert [key for key, _ in LIST.tabs] == [*TAB_STATUS, "all"]


def test_a_row_has_number_age_customer_items_delivery_total_and_status(database: Flask) -> None:
    placed = paid((stocked(9), 2))
    (order,), _ = queries.search_orders(words=placed.number)

    row = order_row(order, FORMATS, url="/order")

    assert (row.id, row.title) == (str(order.id), order.number)
    assert row.cells[0] == Cell(text=order.number, href="/order")
    assert row.cells[1] == Cell(at=placed.paid_at)
    assert row.cells[3].text.startswith("2 × ")
    assert row.cells[5].export == order.total.amount
    assert row.cells[6] == Cell(text="Paid", tag=row.cells[6].tag)
