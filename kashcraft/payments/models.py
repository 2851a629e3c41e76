"""Payments, their events, webhook receipts, and saved payment methods."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

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
from kashcraft.core.ids import OrderId, PaymentId, UserId
from kashcraft.payments.rules import PaymentStatus as PaymentStatus


class MethodType(StrEnum):
    """The type of a payment method."""

    CREDIT_CARD = "credit_card"
    PAYPAL = "paypal"
    APPLE_PAY = "apple_pay"
    GOOGLE_PAY = "google_pay"


class Payment(Model):
    """One attempt to pay an order, unique by order and attempt."""

    __tablename__ = "payments"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "attempt"),
        sa.UniqueConstraint("gateway", "gateway_reference"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("attempt > 0", name="attempt"),
        sa.CheckConstraint("refunded_amount BETWEEN 0 AND amount", name="refunded_amount"),
        sa.Index("ix_payments_status_created_at", "status", "created_at"),
    )

    id: Mapped[PaymentId] = primary_key()
    order_id: Mapped[OrderId] = mapped_column(sa.ForeignKey("orders.id", ondelete="RESTRICT"))
    attempt: Mapped[int]
    gateway: Mapped[str] = mapped_column(sa.String(24))
    gateway_reference: Mapped[str | None] = mapped_column(sa.String(120))
    status: Mapped[PaymentStatus] = enum_column(PaymentStatus, "status", default=PaymentStatus.CREATED)
    amount: Mapped[Minor]
    refunded_amount: Mapped[Minor] = mapped_column(default=0)
    currency: Mapped[Currency]
    decline_code: Mapped[str | None] = mapped_column(sa.String(60))
    card_brand: Mapped[str | None] = mapped_column(sa.String(24))
    card_last4: Mapped[str | None] = mapped_column(sa.String(4))
    succeeded_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class PaymentEvent(Model):
    """One event of a payment, as the shop or the processor saw it."""

    __tablename__ = "payment_events"

    id: Mapped[Id]
    payment_id: Mapped[PaymentId] = mapped_column(
        sa.ForeignKey("payments.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[str] = mapped_column(sa.String(60))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]


class WebhookReceipt(Model):
    """A webhook of a processor, stored once per event id."""

    __tablename__ = "webhook_receipts"
    __table_args__ = (sa.UniqueConstraint("gateway", "event_id"),)

    id: Mapped[Id]
    gateway: Mapped[str] = mapped_column(sa.String(24))
    event_id: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(60))
    data: Mapped[dict[str, Any]]
    received_at: Mapped[CreatedAt]
    processed_at: Mapped[datetime | None]


class SavedPaymentMethod(Model):
    """A card or wallet that a customer has saved; ``token`` is the processor's reference, encrypted."""

    __tablename__ = "saved_payment_methods"
    __table_args__ = (
        sa.CheckConstraint("expiry_month BETWEEN 1 AND 12", name="expiry_month"),
        sa.CheckConstraint("failed_attempts >= 0", name="failed_attempts"),
        sa.Index(
            "uq_saved_payment_methods_default",
            "user_id",
            unique=True,
            sqlite_where=sa.text("is_default AND deleted_at IS NULL"),
            postgresql_where=sa.text("is_default AND deleted_at IS NULL"),
        ),
        sa.Index("ix_saved_payment_methods_user_id_is_default", "user_id", "is_default"),
    )

    id: Mapped[Id]
    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[MethodType] = enum_column(MethodType, "type")
    token: Mapped[str] = mapped_column(sa.Text)
    last4: Mapped[str | None] = mapped_column(sa.String(4))
    cardholder_name: Mapped[str | None] = mapped_column(sa.String(120))
    expiry_month: Mapped[int | None]
    expiry_year: Mapped[int | None]
    brand: Mapped[str | None] = mapped_column(sa.String(24))
    wallet_email: Mapped[str | None] = mapped_column(sa.String(254))
    wallet_id: Mapped[str | None] = mapped_column(sa.String(120))
    is_default: Mapped[bool] = mapped_column(default=False)
    is_verified: Mapped[bool] = mapped_column(default=True)
    billing_zip: Mapped[str | None] = mapped_column(sa.String(20))
    billing_country: Mapped[str | None] = mapped_column(sa.String(2))
    last_used_at: Mapped[datetime | None]
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
