"""Vouchers and their uses. Amounts are minor units, percentages basis points."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import (
    CreatedAt,
    Currency,
    Id,
    Mapped,
    Minor,
    Model,
    UpdatedAt,
    enum_column,
    mapped_column,
    primary_key,
)
from kashcraft.core.ids import CategoryId, OrderId, ProductId, UserId, VoucherId
from kashcraft.vouchers.rules import DiscountType as DiscountType


class UsageStatus(StrEnum):
    """An applied use counts for the limits. A cancelled or expired order releases its use."""

    APPLIED = "applied"
    RELEASED = "released"


class VoucherChangeKind(StrEnum):
    """What staff did to a voucher."""

    CREATED = "created"
    CHANGED = "changed"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
    CODES_ISSUED = "codes_issued"


class Voucher(Model):
    """The discount of a voucher, its conditions and its limits.

    ``code_key`` is the code for comparison: in capitals, without dashes. ``min_discount`` is the least value
    that a fixed discount must still have to apply. ``is_active`` is the manual switch; the expiry is by date.
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        sa.CheckConstraint("discount_value > 0", name="discount_value"),
        sa.CheckConstraint(
            "discount_type <> 'percentage' OR discount_value BETWEEN 100 AND 10000", name="percentage"
        ),
        sa.CheckConstraint("discount_type <> 'fixed' OR currency IS NOT NULL", name="fixed_currency"),
        sa.CheckConstraint("max_discount > 0", name="max_discount"),
        sa.CheckConstraint("min_discount >= 0", name="min_discount"),
        sa.CheckConstraint("min_order_value >= 0", name="min_order_value"),
        sa.CheckConstraint("max_order_value >= min_order_value", name="max_order_value"),
        sa.CheckConstraint("max_usages > 0", name="max_usages"),
        sa.CheckConstraint("max_usage_per_user > 0", name="max_usage_per_user"),
        sa.CheckConstraint(
            "current_usages >= 0 AND (max_usages IS NULL OR current_usages <= max_usages)",
            name="current_usages",
        ),
        sa.CheckConstraint("expires_at > start_date", name="dates"),
        sa.Index(None, "is_active", "requires_code", "expires_at"),
    )

    id: Mapped[VoucherId] = primary_key()
    code: Mapped[str] = mapped_column(sa.String(40))
    code_key: Mapped[str] = mapped_column(
        sa.String(40), sa.Computed("upper(replace(code, '-', ''))", persisted=True), unique=True
    )
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str | None] = mapped_column(sa.Text)
    discount_type: Mapped[DiscountType] = enum_column(DiscountType, "discount_type")
    discount_value: Mapped[Minor]
    currency: Mapped[Currency | None]
    max_discount: Mapped[Minor | None]
    min_discount: Mapped[Minor | None]
    min_order_value: Mapped[Minor] = mapped_column(default=0)
    max_order_value: Mapped[Minor | None]
    max_usages: Mapped[int | None]
    max_usage_per_user: Mapped[int | None] = mapped_column(default=1)
    current_usages: Mapped[int] = mapped_column(default=0)
    start_date: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    requires_code: Mapped[bool] = mapped_column(default=True)
    created_by: Mapped[UserId | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    campaign: Mapped[str | None] = mapped_column(sa.String(120))
    notes: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    category_links: Mapped[list[VoucherCategory]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    exclusion_links: Mapped[list[VoucherExcludedProduct]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def applicable_categories(self) -> list[CategoryId]:
        """Return the ids of the categories that the voucher is limited to; none means every category."""
        return [link.category_id for link in self.category_links]

    @property
    def excluded_products(self) -> list[ProductId]:
        """Return the ids of the products that the voucher never discounts."""
        return [link.product_id for link in self.exclusion_links]

    def is_running(self, moment: datetime) -> bool:
        """Return whether the voucher is switched on and ``moment`` is within its dates."""
        return self.is_active and self.start_date <= moment < self.expires_at


class VoucherCategory(Model):
    """A category that a voucher is limited to, including its subcategories.

    A category that is in use cannot be deleted: without its last category the voucher would apply to every
    product.
    """

    __tablename__ = "voucher_categories"

    voucher_id: Mapped[VoucherId] = mapped_column(
        sa.ForeignKey("vouchers.id", ondelete="CASCADE"), primary_key=True
    )
    category_id: Mapped[CategoryId] = mapped_column(
        sa.ForeignKey("categories.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class VoucherExcludedProduct(Model):
    """A product, with its variants, that a voucher never discounts."""

    __tablename__ = "voucher_excluded_products"

    voucher_id: Mapped[VoucherId] = mapped_column(
        sa.ForeignKey("vouchers.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class VoucherUsage(Model):
    """One use of a voucher by one order.

    ``slot`` numbers the uses of a customer from 1. It is unique among applied uses, which enforces the limit
    per customer. Uses are numbered without a limit too, so that a limit that is set later includes them.
    ``customer_hash`` identifies the customer, see ``rules.customer_hash``.
    """

    __tablename__ = "voucher_usages"
    __table_args__ = (
        sa.UniqueConstraint("voucher_id", "order_id"),
        sa.CheckConstraint("slot > 0", name="slot"),
        sa.CheckConstraint("discount_amount >= 0 AND order_total >= 0 AND final_total >= 0", name="amounts"),
        sa.CheckConstraint("(status = 'released') = (released_at IS NOT NULL)", name="released_at"),
        sa.Index(
            "uq_voucher_usages_applied_slot",
            "voucher_id",
            "customer_hash",
            "slot",
            unique=True,
            sqlite_where=sa.text("status = 'applied'"),
            postgresql_where=sa.text("status = 'applied'"),
        ),
    )

    id: Mapped[Id]
    voucher_id: Mapped[VoucherId] = mapped_column(sa.ForeignKey("vouchers.id", ondelete="RESTRICT"))
    order_id: Mapped[OrderId] = mapped_column(sa.ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    customer_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    slot: Mapped[int]
    status: Mapped[UsageStatus] = enum_column(UsageStatus, "status", default=UsageStatus.APPLIED)
    discount_amount: Mapped[Minor]
    order_total: Mapped[Minor]
    final_total: Mapped[Minor]
    applied_at: Mapped[CreatedAt]
    released_at: Mapped[datetime | None]

    voucher: Mapped[Voucher] = relationship(lazy="raise")


class VoucherCopy(Model):
    """A voucher that was created in bulk, and the voucher whose terms it copied."""

    __tablename__ = "voucher_copies"
    __table_args__ = (sa.CheckConstraint("pattern_id <> voucher_id", name="pattern_id"),)

    voucher_id: Mapped[VoucherId] = mapped_column(
        sa.ForeignKey("vouchers.id", ondelete="CASCADE"), primary_key=True
    )
    pattern_id: Mapped[VoucherId] = mapped_column(
        sa.ForeignKey("vouchers.id", ondelete="CASCADE"), index=True
    )


class VoucherChange(Model):
    """One change of a voucher by staff: who, when, and the old and new value of each changed field.

    ``idempotency_key`` identifies a request that must not be repeated when its form is sent twice.
    """

    __tablename__ = "voucher_changes"
    __table_args__ = (sa.Index(None, "voucher_id", "created_at"),)

    id: Mapped[Id]
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    voucher_id: Mapped[VoucherId] = mapped_column(sa.ForeignKey("vouchers.id", ondelete="CASCADE"))
    actor_id: Mapped[UserId | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[VoucherChangeKind] = enum_column(VoucherChangeKind, "kind")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]
