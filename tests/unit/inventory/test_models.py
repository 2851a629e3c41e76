"""Constraints and computed columns of the inventory's tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.inventory.models import Inventory, InventoryReservation
from tests.factories.rows import LATER, add_row

pytestmark = pytest.mark.usefixtures("database")


def test_free_stock_is_computed_by_the_database(database: Flask) -> None:
    with step() as session:
        stock = Inventory(product_id=add_row("products"), quantity=7, reserved=2)
        session.add(stock)
    assert stock.available == 5

    with step() as session:
        session.execute(sa.update(Inventory).values(reserved=Inventory.reserved + 3))
    assert db.session.scalar(sa.select(Inventory.available)) == 2


def test_a_new_stock_record_has_the_specified_defaults(database: Flask) -> None:
    with step() as session:
        stock = Inventory(product_id=add_row("products"))
        session.add(stock)
    assert (stock.quantity, stock.reserved, stock.available) == (0, 0, 0)
    assert (stock.reorder_level, stock.reorder_quantity, stock.low_stock_armed) == (10, 50, True)


@pytest.mark.parametrize("ledger", ["inventory_logs", "inventory_reservations"])
def test_stock_with_a_history_cannot_be_deleted(ledger: str) -> None:
    with step():
        add_row(ledger)
    with pytest.raises(sa.exc.IntegrityError), step() as session:
        session.execute(sa.delete(Inventory))


def test_stock_without_a_history_is_deleted_with_its_product() -> None:
    with step() as session:
        product = add_row("products")
        add_row("inventories", product_id=product)
        session.execute(sa.text("DELETE FROM products"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Inventory)) == 0


def test_a_hold_remains_after_its_user_is_deleted() -> None:
    with step() as session:
        person = add_row("users")
        add_row("inventory_reservations", user_id=person, expires_at=LATER)
        session.execute(sa.text("DELETE FROM users"))
    hold = db.session.scalars(sa.select(InventoryReservation)).one()
    assert (hold.user_id, hold.expires_at) == (None, LATER)
