"""Why this price: the quote told as sentences, kept with the order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext
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
        TraceStep("total", _("Total"), quote.total),
        *(
            TraceStep("gift_card", _("Paid by gift card %(digits)s", digits=paid.label), -paid.amount)
            for paid in quote.gift_card_payments
        ),
        TraceStep("due", _("To pay"), quote.due),
        *(TraceStep("rejection", explain(rejection, quote.currency)) for rejection in quote.rejections),
    )


def _line(line: BasketLine, currency: str) -> TraceStep:
    price, regular = (Money(minor, currency).format() for minor in (line.unit_price, line.regular_price))
    values = {"count": line.quantity, "name": line.name or line.key, "price": price}
    if line.is_on_sale:
        text = _("%(count)s × %(name)s at %(price)s, regularly %(regular)s", **values, regular=regular)
    else:
        text = _("%(count)s × %(name)s at %(price)s", **values)
    return TraceStep("line", text, line.subtotal)


def _voucher_terms(terms: VoucherTerms, currency: str) -> str:
    if terms.kind is VoucherKind.FIXED:
        return _("%(amount)s off", amount=Money(terms.value, currency).format())
    share = percent(terms.value, 10_000)
    if terms.max_discount is None:
        return _("%(share)s off", share=share)
    return _(
        "%(share)s off, at most %(most)s", share=share, most=Money(terms.max_discount, currency).format()
    )


def _voucher(basket: Basket, quote: Quote) -> Iterator[TraceStep]:
    applied = quote.voucher
    if applied is None:
        return
    terms = next(terms for terms in basket.vouchers if terms.reference == applied.reference)
    kind = _("Voucher") if terms is basket.voucher else _("Automatic voucher")
    yield TraceStep(
        "voucher", f"{kind} {applied.code}: {_voucher_terms(terms, quote.currency)}", -applied.discount
    )
    if applied.saves_more:
        more = quote.money(applied.saves_more).format()
        yield TraceStep(
            "voucher_choice",
            _(
                "%(code)s saves %(more)s more than %(other)s",
                code=applied.code,
                more=more,
                other=applied.instead_of,
            ),
        )
    elif applied.reason is VoucherReason.CODE_SAVES_MORE:
        yield TraceStep(
            "voucher_choice",
            _("%(code)s saves as much as %(other)s", code=applied.code, other=applied.instead_of),
        )


def _reward_and_points(quote: Quote) -> Iterator[TraceStep]:
    if quote.reward:
        yield TraceStep(
            "reward", _("Reward: %(name)s", name=quote.reward.name), -quote.reward.discount or None
        )
    if quote.points:
        points = quote.points.points
        text = ngettext("%(num)s point", "%(num)s points", points, num=f"{points:,}")
        yield TraceStep("points", text, -quote.points.discount)


def _shipping(basket: Basket, quote: Quote) -> Iterator[TraceStep]:
    if quote.shipping:
        yield TraceStep(
            "shipping", _shipping_text(basket, quote.shipping, quote.currency), quote.shipping.charged
        )


def _shipping_text(basket: Basket, shipping: ShippingQuote, currency: str) -> str:
    choice = basket.shipping
    if shipping.free_by is FreeShipping.REWARD:
        return _("%(name)s, free by reward", name=shipping.name)
    if shipping.free_by is FreeShipping.TIER and choice and choice.perk:
        return _("%(name)s, free for %(tier)s members", name=shipping.name, tier=choice.perk.name)
    if shipping.free_by is FreeShipping.THRESHOLD and choice and choice.free_from is not None:
        return _(
            "%(name)s, free from %(amount)s",
            name=shipping.name,
            amount=Money(choice.free_from, currency).format(),
        )
    return shipping.name


def _tax(quote: Quote) -> Iterator[TraceStep]:
    for share in quote.tax_by_rate:
        rate, net = percent(share.rate, 1_000_000), quote.money(share.net).format()
        if quote.tax_inclusive:
            held = quote.money(share.tax).format()
            yield TraceStep(
                "tax", _("Includes %(amount)s tax at %(rate)s on %(net)s", amount=held, rate=rate, net=net)
            )
        else:
            yield TraceStep(
                "tax", _("Tax at %(rate)s on %(net)s, rounded per line", rate=rate, net=net), share.tax
            )
