"""The invoice of a paid order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.orders.rules import TaxedPart, delivery_part, line_part, sums_by_rate
from kashcraft.pricing.rules import PPM


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of an invoice, or the delivery.

    ``discount`` is negative, ``net`` is without tax, ``amount`` with tax.
    """

    name: str
    options: str
    sku: str
    quantity: int
    unit: Money
    discount: Money
    net: Money
    rate: str
    tax: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class TaxSum:
    """The sums of one tax rate.

    ``rate`` is empty for the delivery of older orders, which did not store it.
    """

    rate: str
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """The number, lines and tax sums of an invoice."""

    number: str
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[TaxSum, ...]


def invoice(order: Order, lines: Sequence[OrderLine], prefix: str, formats: Formats) -> Invoice:
    """Return the invoice of an order that has an invoice number."""
    parts = [line_part(order, line) for line in lines]
    shown = [_line(order, line, part, formats) for line, part in zip(lines, parts, strict=True)]
    if order.shipping_total:
        delivery = delivery_part(order, lines)
        parts.append(delivery)
        shown.append(_delivery_line(order, delivery, formats))
    return Invoice(
        number=f"{prefix}{order.invoice_number:06d}",
        lines=tuple(shown),
        taxes=tuple(_sum(part, order.currency, formats) for part in sums_by_rate(parts)),
    )


def _line(order: Order, line: OrderLine, part: TaxedPart, formats: Formats) -> InvoiceLine:
    return InvoiceLine(
        name=line.name,
        options=line.options,
        sku=line.sku,
        quantity=line.quantity,
        unit=Money(line.unit_price, order.currency),
        discount=Money(-line.discount, order.currency),
        net=Money(part.net, order.currency),
        rate=_rate(part, formats),
        tax=Money(part.tax, order.currency),
        amount=Money(part.amount, order.currency),
    )


def _delivery_line(order: Order, part: TaxedPart, formats: Formats) -> InvoiceLine:
    return InvoiceLine(
        name=_("Delivery"),
        options=order.delivery_name,
        sku="",
        quantity=1,
        unit=Money(order.shipping_total, order.currency),
        discount=Money(0, order.currency),
        net=Money(part.net, order.currency),
        rate=_rate(part, formats),
        tax=Money(part.tax, order.currency),
        amount=Money(part.amount, order.currency),
    )


def _sum(part: TaxedPart, currency: str, formats: Formats) -> TaxSum:
    return TaxSum(_rate(part, formats), Money(part.net, currency), Money(part.tax, currency))


def _rate(part: TaxedPart, formats: Formats) -> str:
    return "" if part.rate is None else formats.percent(part.rate, PPM)
