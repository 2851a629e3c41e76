"""Stock levels, locked and changed by guarded updates, and the events that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from kashcraft.core import bus
from kashcraft.core.db import rows_changed, table_of
from kashcraft.core.ids import ProductId
from kashcraft.core.statements import run
from kashcraft.events.inventory import StockChanged, StockFreed
from kashcraft.inventory import rules
from kashcraft.inventory.models import Inventory
from kashcraft.inventory.queries.availability import unheld

STOCK = table_of(Inventory)


@dataclass(frozen=True, slots=True)
class Level:
    """The stock of one product before the step changes it."""

    quantity: int
    reserved: int
    reorder_level: int
    most_per_order: int | None = None
    is_counted: bool = True

    @property
    def available(self) -> int:
        """Return the units that are not held."""
        return rules.free_units(self.quantity, self.reserved, is_counted=self.is_counted)


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The change of a product's quantity and of its held units."""

    quantity: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        """Return the change of its free units."""
        return rules.free_units(self.quantity, self.reserved)


# What a ``Level`` is read from, with its product.
LEVEL_COLUMNS = (
    Inventory.product_id,
    Inventory.quantity,
    Inventory.reserved,
    Inventory.reorder_level,
    Inventory.most_per_order,
    Inventory.is_counted,
)
_READ = (
    sa.select(*LEVEL_COLUMNS)
    .where(Inventory.product_id.in_(sa.bindparam("wanted", expanding=True)))
    .order_by(Inventory.product_id)
    # As strong as the lock of an update: new holds refer to the row and must not wait for it.
    .with_for_update(key_share=True)
)


def lock_levels(product_ids: Iterable[ProductId]) -> dict[ProductId, Level]:
    """Return the stock of the products, and lock their rows in product order."""
    rows = run(_READ, {"wanted": list(product_ids)})
    return {row[0]: Level(*row[1:]) for row in rows}


def reserve(
    product_id: ProductId, change: int, *, units: int, most: int | None, now: datetime
) -> Level | None:
    """Hold ``change`` more units of one product if that many are free; return its stock before, else None.

    ``units`` is what the holder will hold in all, and ``most`` its maximum where the product has none of its
    own; None for no maximum. One statement, so the row is locked until the commit and no longer.
    """
    values = {
        "of_product": product_id, "more_quantity": 0, "more_reserved": change, "last_reserved": now,
        "units": 0 if most is None else units, "most": most or 0,
    }  # fmt: skip
    row = run(_RESERVE, values).one_or_none()
    if row is None:
        return None
    quantity, reserved, reorder_level, own_most, is_counted = row
    return Level(quantity, reserved - change if is_counted else 0, reorder_level, own_most, is_counted)


def apply_changes(changes: Mapping[ProductId, LevelChange], **stamps: object) -> bool:
    """Apply changes in product order, each only if 0 <= held <= quantity; return whether all were applied.

    Uncounted products stay at 0 and always succeed. ``stamps`` are further column values for every row.
    """
    rows = [
        {
            "of_product": product_id, "more_quantity": change.quantity, "more_reserved": change.reserved,
            **stamps,
        }
        for product_id, change in sorted(changes.items())
    ]  # fmt: skip
    return not rows or rows_changed(run(_guarded(tuple(stamps)), rows)) == len(rows)


@cache
def _guarded(stamps: tuple[str, ...]) -> sa.Update:
    """Return the update of ``apply_changes``, cached for each set of further columns."""
    counted = STOCK.c.is_counted
    quantity = STOCK.c.quantity + sa.bindparam("more_quantity", type_=sa.Integer)
    reserved = STOCK.c.reserved + sa.bindparam("more_reserved", type_=sa.Integer)
    return (
        sa.update(STOCK)
        .where(
            STOCK.c.product_id == sa.bindparam("of_product"),
            sa.or_(~counted, sa.and_(reserved >= 0, reserved <= quantity)),
        )
        .values(
            quantity=sa.case((counted, quantity), else_=0),
            reserved=sa.case((counted, reserved), else_=0),
            low_stock_armed=sa.or_(~counted, unheld(quantity, reserved) > STOCK.c.reorder_level),
            **{name: sa.bindparam(name, type_=STOCK.c[name].type) for name in stamps},
        )
    )


_RESERVE = (
    _guarded(("last_reserved",))
    .where(
        sa.bindparam("units", type_=sa.Integer)
        <= sa.func.coalesce(STOCK.c.most_per_order, sa.bindparam("most", type_=sa.Integer))
    )
    .returning(
        STOCK.c.quantity, STOCK.c.reserved, STOCK.c.reorder_level, STOCK.c.most_per_order, STOCK.c.is_counted
    )
)


def publish_level_crossing(
    product_id: ProductId, before: int, after: int, reorder_level: int, *, was_level: int | None = None
) -> None:
    """Publish StockChanged if free stock crossed 0 or the reorder level.

    ``was_level`` is the reorder level before, if it has changed.
    """
    low = after <= reorder_level
    sold_out_changed = rules.crosses(before, after, 0)
    low_changed = (before <= (reorder_level if was_level is None else was_level)) != low
    if sold_out_changed or low_changed:
        bus.publish(
            StockChanged(
                product_id,
                available=after,
                sold_out=after <= 0,
                low=low,
                sold_out_changed=sold_out_changed,
                low_changed=low_changed,
            )
        )


def publish_changes(levels: Mapping[ProductId, Level], changes: Mapping[ProductId, LevelChange]) -> None:
    """Publish which products crossed 0 or their reorder level, and which have units that became free.

    Uncounted products are left out.
    """
    for product_id, change in sorted(changes.items()):
        level = levels[product_id]
        if not level.is_counted:
            continue
        after = level.available + change.available
        publish_level_crossing(product_id, level.available, after, level.reorder_level)
        if change.available > 0:
            bus.publish(StockFreed(product_id, quantity=change.available))
