"""Moving the stock of a product to one of its variants, when it gets its first ones."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core import activity_log
from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, new_id
from kashcraft.inventory.models import Inventory, InventoryLog, InventoryLogArchive, InventoryReservation

_STOCK = table_of(Inventory)


def move_stock(*, from_id: ProductId, to_id: ProductId) -> bool:
    """Give the stock record of a product, with its whole ledger, to another one that has none.

    Return False if there is no record. Raises DomainError('stock_is_held') if unpaid orders hold units.
    """
    held = db.session.scalar(
        sa.select(Inventory.reserved).where(Inventory.product_id == from_id).with_for_update()
    )
    if held is None:
        return False
    if held:
        raise DomainError("stock_is_held", held=held)
    copied = [
        column for column in _STOCK.c if column.computed is None and column.name not in ("id", "product_id")
    ]
    values = sa.select(sa.literal(new_id(), sa.Uuid()), sa.literal(to_id, sa.Uuid()), *copied)
    names = ["id", "product_id", *(column.name for column in copied)]
    db.session.execute(sa.insert(_STOCK).from_select(names, values.where(_STOCK.c.product_id == from_id)))
    for model in (InventoryLog, InventoryReservation, InventoryLogArchive):
        moved = sa.update(model).where(model.product_id == from_id).values(product_id=to_id)
        db.session.execute(moved.execution_options(synchronize_session=False))
    db.session.execute(sa.delete(Inventory).where(Inventory.product_id == from_id))
    activity_log.note("stock", action="moved", product_id=to_id)
    return True
