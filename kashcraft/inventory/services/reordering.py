"""Reorder levels, the low-stock e-mail, and the maximum number of units in one order."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import Product, Status
from kashcraft.catalogue.rules import options_text
from kashcraft.core import activity_log
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import ProductId
from kashcraft.core.settings import settings
from kashcraft.inventory.models import Inventory
from kashcraft.inventory.queries.availability import is_low
from kashcraft.inventory.services import levels
from kashcraft.notifications.models import Message
from kashcraft.notifications.services import queue_message


def set_reordering(*, product_id: ProductId, reorder_level: int, reorder_quantity: int) -> None:
    """Set the reorder level of a product, and the quantity to reorder.

    If its stock is now low, the alert follows as usual. Raises NotFound without a stock record, and
    ValueError below 0.
    """
    if min(reorder_level, reorder_quantity) < 0:
        raise ValueError("a reorder level and quantity are at least 0")
    level = levels.lock_levels([product_id]).get(product_id)
    if level is None:
        raise NotFound("no_stock_record", product_id=str(product_id))
    db.session.execute(
        sa.update(levels.STOCK)
        .where(levels.STOCK.c.product_id == product_id)
        .values(
            reorder_level=reorder_level,
            reorder_quantity=reorder_quantity,
            low_stock_armed=level.available > reorder_level,
        )
    )
    activity_log.note("stock", action="reorder_level_changed", product_id=product_id, units=reorder_level)
    levels.publish_level_crossing(
        product_id, level.available, level.available, reorder_level, was_level=level.reorder_level
    )


def set_most_per_order(*, product_id: ProductId, most: int | None) -> int | None:
    """Set the maximum units of a product in one order, None for the shop's setting; return the value before.

    Raises NotFound without a stock record, and ValueError below 1.
    """
    if most is not None and most < 1:
        raise ValueError("an order may hold at least one unit")
    level = levels.lock_levels([product_id]).get(product_id)
    if level is None:
        raise NotFound("no_stock_record", product_id=str(product_id))
    chosen = sa.update(levels.STOCK).where(levels.STOCK.c.product_id == product_id)
    db.session.execute(chosen.values(most_per_order=most))
    activity_log.note("stock", action="most_per_order_changed", product_id=product_id, units=most)
    return level.most_per_order


def send_low_stock_email(*, product_id: ProductId, occasion: str) -> Message | None:
    """Queue the e-mail to the shop that a product's stock is low; return the message.

    ``occasion`` identifies the crossing, so that it is reported once. Return None if the product is above
    its reorder level again, or no longer on sale.
    """
    parent = aliased(Product)
    found = db.session.execute(
        sa.select(Inventory, Product, parent.name)
        .join(Product, Product.id == Inventory.product_id)
        .outerjoin(parent, parent.id == Product.parent_id)
        .where(Inventory.product_id == product_id, is_low(), Product.status == Status.ACTIVE)
    ).first()
    if found is None:
        return None
    stock, product, parent_name = found
    return queue_message(
        kind="low_stock",
        recipient=settings().support_email,
        key=f"low_stock:{product_id}:{occasion}",
        context={
            "name": parent_name or product.name,
            "options": options_text(product.option_values),
            "sku": product.sku,
            "place": stock.warehouse_location or "",
            "available": stock.available,
            "reorder_level": stock.reorder_level,
            "reorder_quantity": stock.reorder_quantity,
        },
    )
