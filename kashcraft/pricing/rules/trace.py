"""Why this price: the quote told as sentences, kept with the order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kashcraft.core.money import Money
from kashcraft.pricing.rules.basket import Basket, BasketLine, VoucherKind, VoucherTerms
from kashcraft.pricing.rules.quotation import FreeShipping, Quote, ShippingQuote, TraceStep, VoucherReason
from kashcraft.pricing.rules.wording import explain


def percent(parts: int, whole: int) -> str:
    """A share as people write it: 88,750 of 1,000,000 is "8.875%"."""
    number = Decimal(parts * 100) / Decimal(whole)
    return f"{number.normalize():f}%"


def traced(basket: Basket, quote: Quote) -> tuple[TraceStep, ...]:
    """Every step of the quote in the order of the pipeline, then what was asked for and does not apply."""
    return (
        *(_line(line, basket.currency) for line in basket.lines),
        *_voucher(basket, quote),
        *_reward_and_points(quote),
        *_shipping(basket, quote),
        *_tax(quote),
        TraceStep("total", "Total", quote.total),
        *(
            TraceStep("gift_card", f"Paid by gift card {paid.label}", -paid.amount)
            for paid in quote.gift_card_payments
        ),
        TraceStep("due", "To pay", quote.due),
        *(TraceStep("rejection", explain(rejection, quote.currency)) for rejection in quote.rejections),
    )


def _line(line: BasketLine, currency: str) -> TraceStep:
    price = Money(line.unit_price, currency).format()
    sale = f", regularly {Money(line.regular_price, currency).format()}" if line.is_on_sale else ""
    return TraceStep("line", f"{line.quantity} × {line.name or line.key} at {price}{sale}", line.subtotal)


def _voucher_terms(terms: VoucherTerms, currency: str) -> str:
    if terms.kind is VoucherKind.FIXED:
        return f"{Money(terms.value, currency).format()} off"
    cap = "" if terms.max_discount is None else f", at most {Money(terms.max_discount, currency).format()}"
    return f"{percent(terms.value, 10_000)} off{cap}"


def _voucher(basket: Basket, quote: Quote) -> Iterator[TraceStep]:
    applied = quote.voucher
    if applied is None:
        return
    terms = next(terms for terms in basket.vouchers if terms.reference == applied.reference)
    kind = "Voucher" if terms is basket.voucher else "Automatic voucher"
    yield TraceStep(
        "voucher", f"{kind} {applied.code}: {_voucher_terms(terms, quote.currency)}", -applied.discount
    )
    if applied.saves_more:
        more = quote.money(applied.saves_more).format()
        yield TraceStep("voucher_choice", f"{applied.code} saves {more} more than {applied.instead_of}")
    elif applied.reason is VoucherReason.CODE_SAVES_MORE:
        yield TraceStep("voucher_choice", f"{applied.code} saves as much as {applied.instead_of}")


def _reward_and_points(quote: Quote) -> Iterator[TraceStep]:
    if quote.reward:
        yield TraceStep("reward", f"Reward: {quote.reward.name}", -quote.reward.discount or None)
    if quote.points:
        yield TraceStep("points", f"{quote.points.points:,} points", -quote.points.discount)


def _shipping(basket: Basket, quote: Quote) -> Iterator[TraceStep]:
    if quote.shipping:
        yield TraceStep(
            "shipping", _shipping_text(basket, quote.shipping, quote.currency), quote.shipping.charged
        )


def _shipping_text(basket: Basket, shipping: ShippingQuote, currency: str) -> str:
    choice = basket.shipping
    if shipping.free_by is FreeShipping.REWARD:
        return f"{shipping.name}, free by reward"
    if shipping.free_by is FreeShipping.TIER and choice and choice.perk:
        return f"{shipping.name}, free for {choice.perk.name} members"
    if shipping.free_by is FreeShipping.THRESHOLD and choice and choice.free_from is not None:
        return f"{shipping.name}, free from {Money(choice.free_from, currency).format()}"
    return shipping.name


def _tax(quote: Quote) -> Iterator[TraceStep]:
    for share in quote.tax_by_rate:
        rate, net = percent(share.rate, 1_000_000), quote.money(share.net).format()
        if quote.tax_inclusive:
            held = quote.money(share.tax).format()
            yield TraceStep("tax", f"Includes {held} tax at {rate} on {net}")
        else:
            yield TraceStep("tax", f"Tax at {rate} on {net}, rounded per line", share.tax)
