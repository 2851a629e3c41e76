"""Movements of a product's stock, from the ledger and its archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.core import autocommit
from kashcraft.core.ids import OrderId, ProductId
from kashcraft.inventory.models import InventoryLog, InventoryLogArchive, LogReason
from kashcraft.inventory.rules import Movement

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
