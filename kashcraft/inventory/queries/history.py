"""Movements of a product's stock, from the ledger and its archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.catalogue.models import Product, Status
from kashcraft.core import autocommit
from kashcraft.core.ids import OrderId, ProductId
from kashcraft.core.text_folding import search_key
from kashcraft.inventory import rules
from kashcraft.inventory.models import Inventory, InventoryLog, InventoryLogArchive, LogReason
from kashcraft.inventory.queries.product_names import NAME_COLUMNS, PARENT, ProductNameRow, product_name


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of the units on hand by ``change`` to ``balance``; ``who`` is None for the shop itself."""

    at: datetime
    change: int
    balance: int
    reason: LogReason
    who: str | None
    order_id: OrderId | None
    notes: str


@dataclass(frozen=True, slots=True)
class StockRecord:
    """The stock of a product as the page of its movements shows it."""

    product_id: ProductId
    name: str
    options: str
    sku: str
    quantity: int
    reserved: int
    reorder_level: int
    reorder_quantity: int
    place: str
    most_per_order: int | None = None
    is_counted: bool = True

    @property
    def available(self) -> int:
        """Return the units that can be bought."""
        return rules.free_units(self.quantity, self.reserved, is_counted=self.is_counted)


COLUMNS = (
    "id", "product_id", "quantity_change", "new_quantity", "reason", "user_id", "order_id", "notes",
    "created_at",
)  # fmt: skip


def movements(*, product_id: ProductId | None = None, since: datetime | None = None) -> sa.Subquery:
    """Return all movements as a subquery: the archive, and the ledger without opening entries.

    ``product_id`` and ``since`` restrict it, so that the database can use an index.
    """
    parts = []
    for ledger in (InventoryLog, InventoryLogArchive):
        rows = sa.select(*(getattr(ledger, name) for name in COLUMNS)).where(
            ledger.reason != LogReason.OPENING
        )
        if product_id is not None:
            rows = rows.where(ledger.product_id == product_id)
        if since is not None:
            rows = rows.where(ledger.created_at >= since)
        parts.append(rows)
    return sa.union_all(*parts).subquery("moved")


_STOCK_RECORDS = (
    sa.select(*NAME_COLUMNS, Inventory.quantity, Inventory.reserved, Inventory.reorder_level,
              Inventory.reorder_quantity, Inventory.warehouse_location,
              Inventory.most_per_order, Inventory.is_counted)
    .join(Inventory, Inventory.product_id == Product.id)
    .outerjoin(PARENT, PARENT.id == Product.parent_id)
)  # fmt: skip


def find_stock_record(product_id: ProductId) -> StockRecord | None:
    """Return the stock record of a product, None without one. One statement."""
    found = autocommit.rows(_STOCK_RECORDS.where(Product.id == product_id))
    return _stock_record(found[0]) if found else None


class _StockRecordRow(ProductNameRow, Protocol):
    quantity: int
    reserved: int
    reorder_level: int
    reorder_quantity: int
    warehouse_location: str | None
    most_per_order: int | None
    is_counted: bool


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
    )


def search_stock_records(words: str, *, size: int) -> Sequence[StockRecord]:
    """Return up to ``size`` stock records whose SKU starts with ``words`` or whose name contains them.

    Archived products are last. One statement.
    """
    name, key = sa.func.coalesce(PARENT.name, Product.name), search_key(words)
    found = sa.func.lower(Product.sku).startswith(words.strip().lower(), autoescape=True)
    if key:
        keys = sa.func.coalesce(PARENT.name_key, Product.name_key)
        found = sa.or_(found, keys.contains(key, autoescape=True))
    order = (Product.status == Status.ARCHIVED, name, Product.position, Product.sku)
    return [
        _stock_record(row)
        for row in autocommit.rows(_STOCK_RECORDS.where(found).order_by(*order).limit(size))
    ]


def list_movements(product_id: ProductId, *, page: int, size: int) -> tuple[Sequence[Movement], int]:
    """Return one page of a product's movements, latest first, and the number of all. Two statements."""
    moved = movements(product_id=product_id)
    total = autocommit.rows(sa.select(sa.func.count()).select_from(moved))[0][0]
    rows = autocommit.rows(
        sa.select(moved, User.full_name, User.email)
        .outerjoin(User, User.id == moved.c.user_id)
        .order_by(moved.c.created_at.desc(), moved.c.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [_movement(row) for row in rows], total


class _MovementRow(Protocol):
    created_at: datetime
    quantity_change: int
    new_quantity: int
    reason: LogReason
    full_name: str | None
    email: str
    order_id: OrderId | None
    notes: str | None


def _movement(row: _MovementRow) -> Movement:
    return Movement(
        at=row.created_at,
        change=row.quantity_change,
        balance=row.new_quantity,
        reason=row.reason,
        who=row.full_name or row.email,
        order_id=row.order_id,
        notes=row.notes or "",
    )
