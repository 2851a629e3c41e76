"""Stock levels, holds, and the ledger of all changes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, UpdatedAt, enum_column, mapped_column
from kashcraft.core.ids import OrderId, ProductId, UserId


class HolderKind(StrEnum):
    """The kind of holder of a hold."""

    ORDER = "order"
    QUICK_CHECKOUT = "quick_checkout"
    WAITLIST = "waitlist"


class ReservationStatus(StrEnum):
    """The status of a hold: active until it is sold (confirmed) or released."""

    ACTIVE = "active"
    CONFIRMED = "confirmed"
    RELEASED = "released"


class LogReason(StrEnum):
    """The reason of a ledger entry; OPENING carries the balance of the archive."""

    PURCHASE = "purchase"
    RESTOCK = "restock"
    ADJUSTMENT = "adjustment"
    RETURN = "return"
    DAMAGE = "damage"
    OPENING = "opening"


class Inventory(Model):
    """The stock of one product: on hand (``quantity``), held (``reserved``), and available.

    ``most_per_order`` is the maximum number of units in one order, None for the shop's setting. A product
    that is not counted (``is_counted``) never runs out: its quantity and reserved units are 0.
    """

    __tablename__ = "inventories"
    __table_args__ = (
        sa.CheckConstraint("reserved >= 0 AND reserved <= quantity", name="reserved"),
        sa.CheckConstraint("reorder_level >= 0", name="reorder_level"),
        sa.CheckConstraint("reorder_quantity >= 0", name="reorder_quantity"),
        sa.CheckConstraint("most_per_order > 0", name="most_per_order"),
        sa.CheckConstraint("is_counted OR (quantity = 0 AND reserved = 0)", name="is_counted"),
    )

    id: Mapped[Id]
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), unique=True
    )
    quantity: Mapped[int] = mapped_column(default=0, index=True)
    reserved: Mapped[int] = mapped_column(default=0)
    available: Mapped[int] = mapped_column(sa.Computed("quantity - reserved", persisted=True))
    reorder_level: Mapped[int] = mapped_column(default=10)
    reorder_quantity: Mapped[int] = mapped_column(default=50)
    most_per_order: Mapped[int | None]
    is_counted: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    low_stock_armed: Mapped[bool] = mapped_column(default=True)
    warehouse_location: Mapped[str | None] = mapped_column(sa.String(80))
    last_restocked: Mapped[datetime | None]
    last_reserved: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    reservations: Mapped[list[InventoryReservation]] = relationship(back_populates="inventory", lazy="raise")
    logs: Mapped[list[InventoryLog]] = relationship(back_populates="inventory", lazy="raise")


class InventoryReservation(Model):
    """Units of one product held for an order, a quick checkout or a person on the waiting list."""

    __tablename__ = "inventory_reservations"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("(status = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_at"),
        sa.CheckConstraint("(status = 'released') = (released_at IS NOT NULL)", name="released_at"),
        sa.Index(
            "uq_inventory_reservations_active_holder",
            "holder_kind", "holder_id", "product_id",
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        ),
        sa.Index(None, "holder_kind", "holder_id"),
        sa.Index(None, "product_id", "status", "expires_at"),
        sa.Index(None, "status", "expires_at"),
    )  # fmt: skip

    id: Mapped[Id]
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("inventories.product_id", ondelete="RESTRICT")
    )
    quantity: Mapped[int]
    holder_kind: Mapped[HolderKind] = enum_column(HolderKind, "holder_kind")
    holder_id: Mapped[ProductId]
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="RESTRICT"), index=True
    )
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    status: Mapped[ReservationStatus] = enum_column(
        ReservationStatus, "status", default=ReservationStatus.ACTIVE
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    inventory: Mapped[Inventory] = relationship(back_populates="reservations", lazy="raise")


class InventoryLog(Model):
    """One ledger entry: the change of a quantity, the new quantity, the reason, user and order.

    Never updated.
    """

    __tablename__ = "inventory_logs"
    __table_args__ = (
        sa.CheckConstraint("new_quantity >= 0", name="new_quantity"),
        sa.Index(None, "product_id", "created_at"),
    )

    id: Mapped[Id]
    idempotency_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("inventories.product_id", ondelete="RESTRICT")
    )
    quantity_change: Mapped[int]
    new_quantity: Mapped[int]
    reason: Mapped[LogReason] = enum_column(LogReason, "reason", index=True)
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="RESTRICT"), index=True
    )
    notes: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt] = mapped_column(index=True)

    inventory: Mapped[Inventory] = relationship(back_populates="logs", lazy="raise")


class InventoryLogArchive(Model):
    """A ledger entry that was moved to the archive, unchanged.

    The sum of a product's archive equals the change of its opening entry in the ledger.
    """

    __tablename__ = "inventory_log_archives"
    __table_args__ = (
        sa.CheckConstraint("new_quantity >= 0", name="new_quantity"),
        sa.Index(None, "product_id", "created_at"),
    )

    id: Mapped[Id]
    idempotency_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("inventories.product_id", ondelete="RESTRICT")
    )
    quantity_change: Mapped[int]
    new_quantity: Mapped[int]
    reason: Mapped[LogReason] = enum_column(LogReason, "reason")
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="RESTRICT"), index=True
    )
    notes: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    archived_at: Mapped[CreatedAt]
