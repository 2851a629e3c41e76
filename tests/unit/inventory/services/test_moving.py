"""The stock of a product goes to a variant with its whole ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, new_id
from kashcraft.inventory import services
from kashcraft.inventory.models import HolderKind, Inventory, InventoryLog
from tests.factories.catalogue import make_product

pytestmark = pytest.mark.usefixtures("database")


def stock_of(product_id: ProductId) -> tuple[int, int, str | None, int] | None:
    row = db.session.execute(
        sa.select(
            Inventory.quantity, Inventory.available, Inventory.warehouse_location, Inventory.reorder_level
        ).where(Inventory.product_id == product_id)
    ).first()
    return tuple(row) if row else None


def make_moved(quantity: int) -> tuple[ProductId, ProductId]:
    """Create a product with stock and one without a stock record, and return their ids."""
    old, new = make_product("Bowl", stock=0).id, make_product("Variant").id
    with step():
        db.session.execute(sa.delete(Inventory))
        services.open_stock(product_id=old, quantity=quantity, reorder_level=3, warehouse_location="A1")
    return old, new


def test_stock_and_ledger_move_together() -> None:
    old, new = make_moved(7)
    with step():
        assert services.move_stock(from_id=old, to_id=new)
        assert not services.move_stock(from_id=old, to_id=new)

    assert (stock_of(old), stock_of(new)) == (None, (7, 7, "A1", 3))
    entries = db.session.execute(sa.select(InventoryLog.product_id, InventoryLog.quantity_change)).all()
    assert [tuple(one) for one in entries] == [(new, 7)]


def test_held_units_stay_where_they_are() -> None:
    old, new = make_moved(7)
    with step():
        services.hold(
            lines=[(old, 2)],
            holder_kind=HolderKind.ORDER,
            holder_id=new_id(),
            expires_at=clock.now() + timedelta(minutes=10),
        )
    with pytest.raises(DomainError) as refused, step():
        services.move_stock(from_id=old, to_id=new)

    assert (refused.value.code, refused.value.details) == ("stock_is_held", {"held": 2})
    assert (stock_of(old), stock_of(new)) == ((7, 5, "A1", 3), None)
