"""Vouchers for tests, created by their services, and orders that use them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from kashcraft.core import clock
from kashcraft.core.db import in_step, step
from kashcraft.vouchers import services
from kashcraft.vouchers.models import DiscountType, Voucher, VoucherUsage
from kashcraft.vouchers.rules import VoucherInput
from tests.factories.rows import add_row


def voucher_input(**values: Any) -> VoucherInput:
    """Return the terms of 10% off, from yesterday until thirty days from now, once per customer."""
    now = clock.now()
    defaults: dict[str, Any] = {
        "name": "Spring",
        "discount_type": DiscountType.PERCENTAGE,
        "discount_value": 1_000,
        "start_date": now - timedelta(days=1),
        "expires_at": now + timedelta(days=30),
    }
    return VoucherInput(**{**defaults, **values})


def make_voucher(**values: Any) -> Voucher:
    """Create a voucher and return it."""
    return in_step(lambda: services.create_voucher(data=voucher_input(**values)))


def an_order() -> UUID:
    """Create an empty order and return its id."""
    with step():
        order_id: UUID = add_row("orders")
    return order_id


def use(
    voucher: Voucher, customer: str = "ada@shop.example", *, order_id: UUID | None = None
) -> VoucherUsage:
    """Claim a voucher for an order, by default a new one: 10.00 off 100.00."""
    voucher_id, order_id = voucher.id, order_id or an_order()
    return in_step(
        lambda: services.claim(
            voucher_id=voucher_id,
            order_id=order_id,
            customer_key=customer,
            user_id=None,
            discount=1_000,
            order_total=10_000,
            final_total=9_000,
        )
    )
