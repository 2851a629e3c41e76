"""Amounts of an invoice: each line and the delivery without tax, their tax and rate, and sums by rate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kashcraft.orders.rules.paid import net_of
from kashcraft.orders.rules.sold import SoldLine, SoldOrder
from kashcraft.pricing.rules import tax_inside, tax_on_top


@dataclass(frozen=True, slots=True)
class TaxedPart:
    """The amount of one line or of the delivery, in minor units.

    ``rate`` is in parts per million. It is None for the delivery of older orders, which did not store it.
    """

    net: int
    rate: int | None
    tax: int

    @property
    def amount(self) -> int:
        """Return the amount paid, including tax."""
        return self.net + self.tax


def line_part(order: SoldOrder, line: SoldLine) -> TaxedPart:
    """Return the amounts of a line after discounts."""
    return TaxedPart(net_of(order, line), line.tax_rate, line.tax)


def delivery_part(order: SoldOrder, lines: Sequence[SoldLine]) -> TaxedPart:
    """Return the amounts of the delivery.

    Its rate is the lowest of the order's rates that gives its tax.
    """
    traced = (step["values"]["rate"] for step in order.trace if step["step"] == "tax" and "values" in step)
    tax_of = tax_inside if order.prices_include_tax else tax_on_top
    rates = sorted({0, *traced, *(line.tax_rate for line in lines)})
    fitting = [rate for rate in rates if tax_of(order.shipping_total, rate) == order.shipping_tax]
    inside = order.shipping_tax if order.prices_include_tax else 0
    return TaxedPart(order.shipping_total - inside, fitting[0] if fitting else None, order.shipping_tax)


def sums_by_rate(parts: Iterable[TaxedPart]) -> list[TaxedPart]:
    """Return the sums of the parts by tax rate, highest rate first."""
    sums: dict[int | None, TaxedPart] = {}
    for part in parts:
        before = sums.get(part.rate, TaxedPart(0, part.rate, 0))
        sums[part.rate] = TaxedPart(before.net + part.net, part.rate, before.tax + part.tax)
    return sorted(sums.values(), key=lambda part: -(part.rate or 0))
