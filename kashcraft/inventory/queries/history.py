"""How the stock of a product has moved: the ledger and its archive as one."""

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
from kashcraft.inventory.queries.names import FAMILY, NAMED, NamedRow, named


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of what is on hand by ``change`` to ``balance`` units. ``who`` is None for the shop itself."""

    at: datetime
    change: int
    balance: int
    reason: LogReason
    who: str | None
    order_id: OrderId | None
    notes: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A product as the page of its movements shows it; of what is not counted nothing is on hand."""

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
    """Return every change of what is on hand as a table: the archive, and the ledger without opening rows.

    ``product_id`` and ``since`` leave out others and earlier ones, where an index can find the rest.
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


_SUBJECTS = (
    sa.select(*NAMED, Inventory.quantity, Inventory.reserved, Inventory.reorder_level,
              Inventory.reorder_quantity, Inventory.warehouse_location,
              Inventory.most_per_order, Inventory.is_counted)
    .join(Inventory, Inventory.product_id == Product.id)
    .outerjoin(FAMILY, FAMILY.id == Product.parent_id)
)  # fmt: skip


def find_subject(product_id: ProductId) -> Subject | None:
    """Return what the page of a product's movements shows above them, None without stock. One statement."""
    found = autocommit.rows(_SUBJECTS.where(Product.id == product_id))
    return _subject(found[0]) if found else None


class _SubjectRow(NamedRow, Protocol):
    quantity: int
    reserved: int
    reorder_level: int
    reorder_quantity: int
    warehouse_location: str | None
    most_per_order: int | None
    is_counted: bool


def _subject(row: _SubjectRow) -> Subject:
    return Subject(
        **named(row),
        quantity=row.quantity,
        reserved=row.reserved,
        reorder_level=row.reorder_level,
        reorder_quantity=row.reorder_quantity,
        place=row.warehouse_location or "",
        most_per_order=row.most_per_order,
        is_counted=row.is_counted,
    )


def search_subjects(words: str, *, size: int) -> Sequence[Subject]:
    """Return up to ``size`` products with stock whose SKU begins as ``words`` do, or whose name has them;
    archived ones last. One statement.
    """
    name, key = sa.func.coalesce(FAMILY.name, Product.name), search_key(words)
    found = sa.func.lower(Product.sku).startswith(words.strip().lower(), autoescape=True)
    if key:
        keys = sa.func.coalesce(FAMILY.name_key, Product.name_key)
        found = sa.or_(found, keys.contains(key, autoescape=True))
    order = (Product.status == Status.ARCHIVED, name, Product.position, Product.sku)
    return [_subject(row) for row in autocommit.rows(_SUBJECTS.where(found).order_by(*order).limit(size))]


def list_movements(product_id: ProductId, *, page: int, size: int) -> tuple[Sequence[Movement], int]:
    """Return one page of a product's movements, the latest first, and how many there are. Two statements."""
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
