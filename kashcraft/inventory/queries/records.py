"""Stock records of products, for the back office: one, some, and lists to search."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import sqlalchemy as sa

from kashcraft.catalogue.models import Product, Status
from kashcraft.core import autocommit
from kashcraft.core.ids import ProductId
from kashcraft.core.text_folding import fold, search_key
from kashcraft.inventory.models import Inventory
from kashcraft.inventory.queries.availability import free_units, is_low
from kashcraft.inventory.queries.product_names import NAME_COLUMNS, PARENT, ProductNameRow, product_name
from kashcraft.inventory.rules import StockPart, StockRecord

_RECORDS = (
    sa.select(*NAME_COLUMNS, Inventory.quantity, Inventory.reserved, Inventory.reorder_level,
              Inventory.reorder_quantity, Inventory.warehouse_location,
              Inventory.most_per_order, Inventory.is_counted, Product.status)
    .join(Inventory, Inventory.product_id == Product.id)
    .outerjoin(PARENT, PARENT.id == Product.parent_id)
)  # fmt: skip
_IS_ARCHIVED = Product.status == Status.ARCHIVED
_PARTS: Mapping[StockPart, Sequence[sa.ColumnElement[bool]]] = {
    StockPart.LOW: (is_low(), Product.status == Status.ACTIVE),
    StockPart.ALL: (),
    StockPart.NOT_COUNTED: (Inventory.is_counted.is_(False), ~_IS_ARCHIVED),
}
_JOINED = sa.join(Inventory, Product, Product.id == Inventory.product_id)
_NAME_KEY = sa.func.coalesce(PARENT.name_key, Product.name_key)
_SKU = sa.func.coalesce(Product.sku, "")
# What a list of stock can be sorted by. The available units of a product that is not counted are UNCOUNTED.
SORTED_BY: Mapping[str, sa.SQLColumnExpression[object]] = {
    "available": free_units(),
    "name": _NAME_KEY,
    "sku": _SKU,
}


def find_stock_record(product_id: ProductId) -> StockRecord | None:
    """Return the stock record of a product, None without one. One statement."""
    found = list_stock_records([product_id])
    return found[0] if found else None


def list_stock_records(product_ids: Collection[ProductId]) -> Sequence[StockRecord]:
    """Return the stock records of products by name and variant, without products that have none.

    One statement.
    """
    wanted = _RECORDS.where(Product.id.in_(product_ids))
    rows = autocommit.rows(wanted.order_by(_NAME_KEY, Product.position, _SKU))
    return [_stock_record(row) for row in rows]


def search_stock(
    *,
    words: str = "",
    part: StockPart = StockPart.ALL,
    sort: str = "available",
    descending: bool = False,
    page: int = 1,
    size: int = 50,
) -> tuple[Sequence[StockRecord], int]:
    """Return one page of the stock records of a part, and the number of all.

    Each of ``words`` is part of the SKU or of the name. ``sort`` is a key of ``SORTED_BY``, smallest first
    unless ``descending``; archived products are always last. Two statements.
    """
    wanted = [*_PARTS[part], *(_contains(word) for word in fold(words).split())]
    counted = sa.select(sa.func.count()).select_from(_RECORDS.where(*wanted).subquery())
    total = int(autocommit.rows(counted)[0][0])
    key = SORTED_BY[sort]
    order = (_IS_ARCHIVED, key.desc() if descending else key, _NAME_KEY, Product.position, _SKU, Product.id)
    found = _RECORDS.where(*wanted).order_by(*order).limit(size).offset((page - 1) * size)
    return [_stock_record(row) for row in autocommit.rows(found)], total


def count_low_stock() -> int:
    """Return how many products are at or below their reorder level. One statement."""
    counted = sa.select(sa.func.count()).select_from(_JOINED).where(*_PARTS[StockPart.LOW])
    return int(autocommit.rows(counted)[0][0])


def _contains(word: str) -> sa.ColumnElement[bool]:
    found = sa.func.lower(Product.sku).contains(word, autoescape=True)
    key = search_key(word)
    return sa.or_(found, _NAME_KEY.contains(key, autoescape=True)) if key else found


class _StockRecordRow(ProductNameRow, Protocol):
    quantity: int
    reserved: int
    reorder_level: int
    reorder_quantity: int
    warehouse_location: str | None
    most_per_order: int | None
    is_counted: bool
    status: Status


def _stock_record(row: _StockRecordRow) -> StockRecord:
    return StockRecord(
        **product_name(row),
        quantity=row.quantity,
        reserved=row.reserved,
        reorder_level=row.reorder_level,
        reorder_quantity=row.reorder_quantity,
        place=row.warehouse_location or "",
        most_per_order=row.most_per_order,
        is_counted=row.is_counted,
        is_archived=row.status is Status.ARCHIVED,
    )
