"""Counting is switched while customers buy: nothing is oversold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.books import queries as books
from kashcraft.core.db import db, in_step
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import Inventory, InventoryLog, InventoryReservation, LogReason
from kashcraft.orders import services as orders
from kashcraft.orders.rules import OrderDraft
from tests.factories.orders import draft_of, place, placed, stocked, uncounted
from tests.support.races import at_once, codes


def buyer(draft: OrderDraft) -> Callable[[], UUID]:
    """Return a function that places the order of a draft and returns its id."""
    return lambda: in_step(lambda: placed(draft).id)


def payer(order_id: UUID) -> Callable[[], Any]:
    return lambda: in_step(lambda: orders.mark_paid(order_id=order_id, payment_reference="p").status)


def canceller(order_id: UUID) -> Callable[[], Any]:
    return lambda: in_step(lambda: orders.cancel(order_id=order_id).status)


def starter(product_id: UUID, quantity: int) -> Callable[[], bool]:
    return lambda: in_step(lambda: stock.start_counting(product_id=product_id, quantity=quantity))


def stopper(product_id: UUID) -> Callable[[], bool]:
    return lambda: in_step(lambda: stock.stop_counting(product_id=product_id))


def level() -> tuple[bool, int, int]:
    row = sa.select(Inventory.is_counted, Inventory.quantity, Inventory.reserved)
    return tuple(db.session.execute(row).one())


def total(column: Any, *conditions: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(*conditions)) or 0)


def held() -> int:
    return total(InventoryReservation.quantity, InventoryReservation.status == "active")


def wrong_stock() -> list[Any]:
    return [found for found in books.list_differences() if found.figure.startswith("stock.")]


@pytest.mark.parametrize("units", [5, 24])
def test_buyers_while_counting_starts(database: Flask, units: int) -> None:
    product = uncounted()
    drafts = [draft_of([(product, 1)], email=f"buyer{number}@shop.example") for number in range(16)]
    answers = at_once(
        database, [*map(buyer, drafts[:8]), starter(product.id, units), *map(buyer, drafts[8:])]
    )
    begun, placed = answers.pop(8), codes(answers)
    if begun is True:
        assert level() == (True, units, held())
        assert placed["ok"] == held() == min(16, units)
    else:
        assert begun.code == "fewer_than_held"
        assert level() == (False, 0, 0)
        assert placed == {"ok": 16}
    assert wrong_stock() == []


def test_buyers_while_counting_stops(database: Flask) -> None:
    product = stocked(4)
    drafts = [draft_of([(product, 1)], email=f"buyer{number}@shop.example") for number in range(16)]
    answers = at_once(database, [*map(buyer, drafts[:8]), stopper(product.id), *map(buyer, drafts[8:])])
    assert answers.pop(8) is True
    placed = codes(answers)
    assert set(placed) <= {"ok", "out_of_stock"}
    assert placed["ok"] == held() >= 4
    assert level() == (False, 0, 0)
    assert wrong_stock() == []


def test_orders_end_while_counting_starts(database: Flask) -> None:
    product = uncounted()
    order_ids = [place((product, 1), email=f"buyer{number}@shop.example").id for number in range(12)]
    ends = [payer(one) if at % 2 else canceller(one) for at, one in enumerate(order_ids)]
    answers = at_once(database, [*ends[:6], starter(product.id, 20), *ends[6:]])
    assert codes(answers) == {"ok": 13}
    sold = -total(InventoryLog.quantity_change, InventoryLog.reason == LogReason.PURCHASE)
    assert 0 <= sold <= 6
    assert level() == (True, 20 - sold, 0)
    assert held() == 0
    assert wrong_stock() == []


def test_buying_paying_and_switching_concurrently(database: Flask) -> None:
    product = stocked(30)
    order_ids = [place((product, 1), email=f"early{number}@shop.example").id for number in range(8)]
    drafts = [draft_of([(product, 1)], email=f"buyer{number}@shop.example") for number in range(8)]
    calls = [
        stopper(product.id), *map(payer, order_ids[:4]), *map(buyer, drafts[:4]), starter(product.id, 40),
        *map(canceller, order_ids[4:]), stopper(product.id), *map(buyer, drafts[4:]), starter(product.id, 40),
    ]  # fmt: skip
    answers = at_once(database, calls)
    assert codes(answers) == {"ok": 20}
    assert held() == 8
    counted, quantity, reserved = level()
    assert reserved == (8 if counted else 0)
    assert (quantity > 0) is counted
    assert wrong_stock() == []
