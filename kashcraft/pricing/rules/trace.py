"""The explanation of a price: the steps of a quote as plain values that are stored with an order."""

from __future__ import annotations

from collections.abc import Iterator

from kashcraft.pricing.rules.input import CartToPrice, LineToPrice, VoucherTerms
from kashcraft.pricing.rules.quotation import (
    FreeShipping,
    Quote,
    Rejection,
    ShippingQuote,
    StepValue,
    TraceStep,
    VoucherReason,
)


def trace_steps(cart: CartToPrice, quote: Quote) -> tuple[TraceStep, ...]:
    """Return every step of the quote in pipeline order, then the requested benefits that do not apply."""
    return (
        *(_line(line) for line in cart.lines),
        *_voucher(cart, quote),
        *_reward_and_points(quote),
        *_shipping(cart, quote),
        *_tax(quote),
        TraceStep("total", quote.total),
        *(TraceStep("gift_card", -paid.amount, {"digits": paid.label}) for paid in quote.gift_card_payments),
        TraceStep("due", quote.due),
        *(TraceStep("rejection", None, _rejection(rejection)) for rejection in quote.rejections),
    )


def _line(line: LineToPrice) -> TraceStep:
    values: dict[str, StepValue] = {
        "count": line.quantity,
        "name": line.name or str(line.key),
        "price": line.unit_price,
    }
    if line.is_on_sale:
        values["regular"] = line.regular_price
    return TraceStep("line", line.subtotal, values)


def _terms(terms: VoucherTerms) -> dict[str, StepValue]:
    return {"kind": terms.kind.value, "value": terms.value, "most": terms.max_discount}


def _voucher(cart: CartToPrice, quote: Quote) -> Iterator[TraceStep]:
    applied = quote.voucher
    if applied is None:
        return
    terms = next(terms for terms in cart.vouchers if terms.reference == applied.reference)
    values = {"code": applied.code, "automatic": terms is not cart.voucher, **_terms(terms)}
    yield TraceStep("voucher", -applied.discount, values)
    if applied.saves_more or applied.reason is VoucherReason.CODE_SAVES_MORE:
        values = {"code": applied.code, "other": applied.instead_of, "more": applied.saves_more}
        yield TraceStep("voucher_choice", None, values)


def _reward_and_points(quote: Quote) -> Iterator[TraceStep]:
    if quote.reward:
        yield TraceStep("reward", -quote.reward.discount or None, {"name": quote.reward.name})
    if quote.points:
        yield TraceStep("points", -quote.points.discount, {"points": quote.points.points})


def _shipping(cart: CartToPrice, quote: Quote) -> Iterator[TraceStep]:
    if quote.shipping:
        yield TraceStep("shipping", quote.shipping.charged, _shipping_values(cart, quote.shipping))


def _shipping_values(cart: CartToPrice, shipping: ShippingQuote) -> dict[str, StepValue]:
    choice = cart.shipping
    values: dict[str, StepValue] = {"name": shipping.name}
    if shipping.free_by is FreeShipping.REWARD:
        return {**values, "free_by": "reward"}
    if shipping.free_by is FreeShipping.TIER and choice and choice.perk:
        return {**values, "free_by": "tier", "tier": choice.perk.name}
    if shipping.free_by is FreeShipping.THRESHOLD and choice and choice.free_from is not None:
        return {**values, "free_by": "threshold", "free_from": choice.free_from}
    return values


def _tax(quote: Quote) -> Iterator[TraceStep]:
    for share in quote.tax_by_rate:
        values = {"rate": share.rate, "net": share.net}
        if quote.tax_inclusive:
            yield TraceStep("tax", None, {**values, "included": share.tax})
        else:
            yield TraceStep("tax", share.tax, values)


def _rejection(rejection: Rejection) -> dict[str, StepValue]:
    return {
        "subject": rejection.subject,
        "code": rejection.code.value,
        "label": rejection.label,
        "amount": rejection.amount,
        "points": rejection.points,
    }
