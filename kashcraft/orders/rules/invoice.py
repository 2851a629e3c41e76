"""The invoice of a paid order: what each line comes to without tax, its rate and tax, the sums by rate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.pricing.rules import PPM, tax_inside, tax_on_top


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line, delivery included; ``discount`` is below zero, ``net`` without tax, ``amount`` with it."""

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
    """All that is taxed at one rate, which is empty where an older order did not keep that of delivery."""

    rate: str
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice shows beside addresses and totals."""

    number: str
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[TaxSum, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    net: int
    rate: int | None
    tax: int


def invoice(order: Order, lines: Sequence[OrderLine], prefix: str, formats: Formats) -> Invoice:
    """Return the invoice of an order that has an invoice number."""
    parts = [_part(order, line) for line in lines]
    shown = [_line(order, line, part, formats) for line, part in zip(lines, parts, strict=True)]
    if order.shipping_total:
        delivery = _delivery_part(order, lines)
        parts.append(delivery)
        shown.append(_delivery_line(order, delivery, formats))
    return Invoice(
        number=f"{prefix}{order.invoice_number:06d}",
        lines=tuple(shown),
        taxes=tuple(_sums(parts, order.currency, formats)),
    )


def _part(order: Order, line: OrderLine) -> _Part:
    inside = line.tax if order.prices_include_tax else 0
    return _Part(line.gross - line.discount - inside, line.tax_rate, line.tax)


def _delivery_part(order: Order, lines: Sequence[OrderLine]) -> _Part:
    """Return what delivery comes to; its rate is the one of the order's rates that gives its tax."""
    told = (step["values"]["rate"] for step in order.trace if step["step"] == "tax" and "values" in step)
    work_out = tax_inside if order.prices_include_tax else tax_on_top
    rates = sorted({0, *told, *(line.tax_rate for line in lines)})
    fitting = [rate for rate in rates if work_out(order.shipping_total, rate) == order.shipping_tax]
    inside = order.shipping_tax if order.prices_include_tax else 0
    return _Part(order.shipping_total - inside, fitting[0] if fitting else None, order.shipping_tax)


def _line(order: Order, line: OrderLine, part: _Part, formats: Formats) -> InvoiceLine:
    return InvoiceLine(
        name=line.name,
        options=line.options,
        sku=line.sku,
        quantity=line.quantity,
        unit=Money(line.unit_price, order.currency),
        discount=Money(-line.discount, order.currency),
        **_taxed(part, order.currency, formats),
    )


def _delivery_line(order: Order, part: _Part, formats: Formats) -> InvoiceLine:
    return InvoiceLine(
        name=_("Delivery"),
        options=order.delivery_name,
        sku="",
        quantity=1,
        unit=Money(order.shipping_total, order.currency),
        discount=Money(0, order.currency),
        **_taxed(part, order.currency, formats),
    )


def _taxed(part: _Part, currency: str, formats: Formats) -> dict[str, Any]:
    return {
        "net": Money(part.net, currency),
        "rate": _rate(part.rate, formats),
        "tax": Money(part.tax, currency),
        "amount": Money(part.net + part.tax, currency),
    }


def _rate(rate: int | None, formats: Formats) -> str:
    return "" if rate is None else formats.percent(rate, PPM)


def _sums(parts: Iterable[_Part], currency: str, formats: Formats) -> Iterable[TaxSum]:
    """Return the sums by rate, the highest first."""
    sums: dict[int | None, tuple[int, int]] = {}
    for part in parts:
        net, tax = sums.get(part.rate, (0, 0))
        sums[part.rate] = (net + part.net, tax + part.tax)
    for rate, (net, tax) in sorted(sums.items(), key=lambda one: -(one[0] or 0)):
        yield TaxSum(_rate(rate, formats), Money(net, currency), Money(tax, currency))
