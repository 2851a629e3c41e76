"""Orders, lines, history, refunds, returns. Amounts are minor units of the order's currency."""

from __future__ import annotations

from datetime import date, datetime
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
    Whole,
    enum_column,
    mapped_column,
    primary_key,
)
from kashcraft.core.ids import (
    CheckoutId,
    OrderId,
    OrderLineId,
    ProductId,
    RefundId,
    ReturnId,
    RewardId,
    UserId,
)
from kashcraft.orders.rules import BY_EMAIL as BY_EMAIL
from kashcraft.orders.rules import OrderStatus as OrderStatus
from kashcraft.orders.rules import RefundState as RefundState
from kashcraft.orders.rules import RefundStatus as RefundStatus
from kashcraft.orders.rules import ReturnReason as ReturnReason
from kashcraft.orders.rules import ReturnState as ReturnState


class Order(Model):
    """A placed order, with its prices, rates, addresses and price trace as they were when it was placed.

    ``mailbox_key`` (a normalized e-mail address) and ``network_key`` (a keyed hash) identify the buyer
    for the limits of unpaid orders. Both are cleared when the order leaves the status PENDING.

    ``payment_used_at`` and ``hold_extended_at`` say when its hold was extended: each of them happens
    once.

    ``reward_id`` is the loyalty reward that the order claims. It is stored here so that a late payment
    can claim it again. Uses of vouchers and gift cards are stored in ledgers of their own.
    """

    __tablename__ = "orders"
    __table_args__ = (
        sa.CheckConstraint(
            "subtotal >= 0 AND discount_total >= 0 AND discount_total <= subtotal", name="discount"
        ),
        sa.CheckConstraint("shipping_total >= 0 AND shipping_tax >= 0 AND tax_total >= 0", name="charges"),
        sa.CheckConstraint(
            "total >= 0 AND gift_card_total >= 0 AND amount_due = total - gift_card_total", name="due"
        ),
        sa.CheckConstraint("amount_due >= 0", name="amount_due"),
        sa.CheckConstraint("refunded_total >= 0 AND refunded_total <= total", name="refunded"),
        sa.CheckConstraint("points_spent >= 0", name="points_spent"),
        sa.Index("ix_orders_invoice_number", "invoice_number", unique=True),
        sa.Index("ix_orders_status_expires_at", "status", "expires_at"),
        sa.Index("ix_orders_user_id_placed_at", "user_id", "placed_at"),
        sa.Index(
            "ix_orders_mailbox_key",
            "mailbox_key",
            sqlite_where=sa.text("mailbox_key IS NOT NULL"),
            postgresql_where=sa.text("mailbox_key IS NOT NULL"),
        ),
        sa.Index(
            "ix_orders_network_key",
            "network_key",
            sqlite_where=sa.text("network_key IS NOT NULL"),
            postgresql_where=sa.text("network_key IS NOT NULL"),
        ),
    )

    id: Mapped[OrderId] = primary_key()
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    invoice_number: Mapped[int | None]
    checkout_id: Mapped[CheckoutId] = mapped_column(unique=True)
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="RESTRICT"))
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), index=True)
    search_key: Mapped[str] = mapped_column(sa.Text, server_default="")
    mailbox_key: Mapped[str | None] = mapped_column(sa.String(254))
    network_key: Mapped[str | None] = mapped_column(sa.String(64))
    status: Mapped[OrderStatus] = enum_column(OrderStatus, "status", default=OrderStatus.PENDING)
    refund_status: Mapped[RefundStatus] = enum_column(
        RefundStatus, "refund_status", default=RefundStatus.NONE
    )
    locale: Mapped[str] = mapped_column(sa.String(12), default="en_US")
    currency: Mapped[Currency]
    prices_include_tax: Mapped[bool] = mapped_column(default=False)
    subtotal: Mapped[Minor]
    discount_total: Mapped[Minor] = mapped_column(default=0)
    shipping_total: Mapped[Minor] = mapped_column(default=0)
    shipping_tax: Mapped[Minor] = mapped_column(default=0)
    tax_total: Mapped[Minor] = mapped_column(default=0)
    total: Mapped[Minor]
    gift_card_total: Mapped[Minor] = mapped_column(default=0)
    amount_due: Mapped[Minor]
    refunded_total: Mapped[Minor] = mapped_column(default=0)
    voucher_code: Mapped[str | None] = mapped_column(sa.String(40))
    points_spent: Mapped[Whole] = mapped_column(default=0)
    reward_id: Mapped[RewardId | None]
    shipping_address: Mapped[dict[str, Any]]
    billing_address: Mapped[dict[str, Any]]
    shipping_country: Mapped[str] = mapped_column(sa.String(2))
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    delivery_code: Mapped[str] = mapped_column(sa.String(40))
    delivery_name: Mapped[str] = mapped_column(sa.String(120))
    delivery_from: Mapped[date | None]
    delivery_to: Mapped[date | None]
    trace: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    expires_at: Mapped[datetime | None]
    payment_used_at: Mapped[datetime | None]
    hold_extended_at: Mapped[datetime | None]
    placed_at: Mapped[datetime] = mapped_column(index=True)
    paid_at: Mapped[datetime | None]
    processed_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.position", lazy="raise"
    )
    events: Mapped[list[OrderEvent]] = relationship(order_by="OrderEvent.sequence", lazy="raise")
    refunds: Mapped[list[Refund]] = relationship(order_by="Refund.created_at", lazy="raise")

    @property
    def is_open(self) -> bool:
        """Return whether the order is still waiting for its payment."""
        return self.status is OrderStatus.PENDING

    @property
    def by_email(self) -> bool:
        """Return whether the order contains gift cards only, which are delivered by e-mail."""
        return self.delivery_code == BY_EMAIL

    @property
    def can_be_extended(self) -> bool:
        """Return whether the customer can extend the hold of the order, which is possible once."""
        return self.is_open and self.hold_extended_at is None and self.expires_at is not None


class InvoiceCounter(Model):
    """The single row that counts invoice numbers without gaps."""

    __tablename__ = "invoice_counters"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class OrderLine(Model):
    """One product or variant of an order as it was sold.

    Gross is quantity times unit price; net is gross less discount. ``details`` is the buyer's input for a
    gift card: its recipient, message and day. ``points_discount`` is the part of the discount that points
    paid.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "position"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("refunded_quantity BETWEEN 0 AND quantity", name="refunded_quantity"),
        sa.CheckConstraint("unit_price >= 0 AND gross = unit_price * quantity", name="gross"),
        sa.CheckConstraint("discount BETWEEN 0 AND gross", name="discount"),
        sa.CheckConstraint("points_discount BETWEEN 0 AND discount", name="points_discount"),
        sa.CheckConstraint("tax >= 0 AND tax_rate >= 0", name="tax"),
    )

    id: Mapped[OrderLineId] = primary_key()
    order_id: Mapped[OrderId] = mapped_column(sa.ForeignKey("orders.id", ondelete="RESTRICT"))
    position: Mapped[int]
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    sku: Mapped[str] = mapped_column(sa.String(255))
    name: Mapped[str] = mapped_column(sa.String(255))
    options: Mapped[str] = mapped_column(sa.String(1600), default="")
    page_slug: Mapped[str] = mapped_column(sa.String(160))
    picture: Mapped[dict[str, Any] | None]
    details: Mapped[dict[str, Any] | None]
    quantity: Mapped[int]
    refunded_quantity: Mapped[int] = mapped_column(default=0)
    unit_price: Mapped[Minor]
    regular_price: Mapped[Minor]
    gross: Mapped[Minor]
    discount: Mapped[Minor] = mapped_column(default=0)
    points_discount: Mapped[Minor] = mapped_column(default=0)
    tax_rate: Mapped[int] = mapped_column(default=0)
    tax: Mapped[Minor] = mapped_column(default=0)
    is_gift_card: Mapped[bool] = mapped_column(default=False)
    weight_grams: Mapped[int] = mapped_column(default=0)

    order: Mapped[Order] = relationship(back_populates="lines", lazy="raise")


class OrderEvent(Model):
    """One entry of an order's history: what changed, when and by whom; no actor means the shop itself."""

    __tablename__ = "order_events"
    __table_args__ = (sa.UniqueConstraint("order_id", "sequence"),)

    id: Mapped[Id]
    order_id: Mapped[OrderId] = mapped_column(sa.ForeignKey("orders.id", ondelete="RESTRICT"))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(40))
    status: Mapped[OrderStatus | None] = enum_column(OrderStatus, "status")
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    actor_id: Mapped[UserId | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    created_at: Mapped[CreatedAt]


class Refund(Model):
    """Money of an order that is refunded: first through the processor, then to the gift cards that paid.

    A refund of 0.00 records the return of units that were refunded before or were free.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        sa.CheckConstraint("amount >= 0 AND shipping_amount >= 0 AND tax_amount >= 0", name="amount"),
        sa.CheckConstraint("amount = charged_amount + gift_card_amount", name="tenders"),
        sa.CheckConstraint("charged_amount >= 0 AND gift_card_amount >= 0", name="tender_amounts"),
        sa.Index("ix_refunds_state_created_at", "state", "created_at"),
    )

    id: Mapped[RefundId] = primary_key()
    order_id: Mapped[OrderId] = mapped_column(sa.ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    state: Mapped[RefundState] = enum_column(RefundState, "state", default=RefundState.PENDING)
    amount: Mapped[Minor]
    shipping_amount: Mapped[Minor] = mapped_column(default=0)
    tax_amount: Mapped[Minor] = mapped_column(default=0)
    charged_amount: Mapped[Minor] = mapped_column(default=0)
    gift_card_amount: Mapped[Minor] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    restocks: Mapped[bool] = mapped_column(default=False)
    actor_id: Mapped[UserId | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    done_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    lines: Mapped[list[RefundLine]] = relationship(lazy="raise")


class RefundLine(Model):
    """The part of a refund that belongs to one order line: units, and money including its tax.

    A part without units is the line's share of a refund by amount.
    """

    __tablename__ = "refund_lines"
    __table_args__ = (
        sa.UniqueConstraint("refund_id", "order_line_id"),
        sa.CheckConstraint("quantity >= 0 AND amount >= 0 AND tax_amount >= 0", name="amount"),
    )

    id: Mapped[Id]
    refund_id: Mapped[RefundId] = mapped_column(sa.ForeignKey("refunds.id", ondelete="RESTRICT"))
    order_line_id: Mapped[OrderLineId] = mapped_column(
        sa.ForeignKey("order_lines.id", ondelete="RESTRICT"), index=True
    )
    quantity: Mapped[int]
    amount: Mapped[Minor]
    tax_amount: Mapped[Minor] = mapped_column(default=0)


class ReturnRequest(Model):
    """Units that a customer wants to send back; ``refund_id`` is the refund that followed."""

    __tablename__ = "return_requests"
    __table_args__ = (
        sa.CheckConstraint("(state = 'requested') = (decided_at IS NULL)", name="decided_at"),
        sa.CheckConstraint("(state = 'received') = (received_at IS NOT NULL)", name="received_at"),
        sa.CheckConstraint("refund_id IS NULL OR state = 'received'", name="refund_id"),
        sa.Index("ix_return_requests_state_requested_at", "state", "requested_at"),
    )

    id: Mapped[ReturnId] = primary_key()
    order_id: Mapped[OrderId] = mapped_column(sa.ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    state: Mapped[ReturnState] = enum_column(ReturnState, "state", default=ReturnState.REQUESTED)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    answer: Mapped[str] = mapped_column(sa.String(500), default="")
    refund_id: Mapped[RefundId | None] = mapped_column(
        sa.ForeignKey("refunds.id", ondelete="RESTRICT"), unique=True
    )
    requested_at: Mapped[CreatedAt]
    decided_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]

    lines: Mapped[list[ReturnRequestLine]] = relationship(lazy="raise")


class ReturnRequestLine(Model):
    """The number of units of one order line to be returned, and the reason."""

    __tablename__ = "return_request_lines"
    __table_args__ = (
        sa.UniqueConstraint("return_request_id", "order_line_id"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[Id]
    return_request_id: Mapped[ReturnId] = mapped_column(
        sa.ForeignKey("return_requests.id", ondelete="RESTRICT")
    )
    order_line_id: Mapped[OrderLineId] = mapped_column(
        sa.ForeignKey("order_lines.id", ondelete="RESTRICT"), index=True
    )
    quantity: Mapped[int]
    reason: Mapped[ReturnReason] = enum_column(ReturnReason, "reason")
