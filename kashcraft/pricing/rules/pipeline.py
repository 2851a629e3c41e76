"""The pricing pipeline, the only calculation of prices in the shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kashcraft.pricing.rules.delivery import charge_shipping
from kashcraft.pricing.rules.gift_cards import apply_gift_cards
from kashcraft.pricing.rules.input import CartToPrice, LineToPrice
from kashcraft.pricing.rules.points import apply_points
from kashcraft.pricing.rules.quotation import (
    AppliedPoints,
    AppliedReward,
    AppliedVoucher,
    LineQuote,
    Quote,
    Rejection,
    ShippingQuote,
)
from kashcraft.pricing.rules.rewards import apply_reward
from kashcraft.pricing.rules.tax import tax_of
from kashcraft.pricing.rules.trace import trace_steps
from kashcraft.pricing.rules.vouchers import VoucherCandidate, choose_voucher, find_candidates


@dataclass(frozen=True, slots=True)
class _PricedOrder:
    """The order with one voucher or none, before gift cards."""

    lines: tuple[LineQuote, ...]
    reward: AppliedReward | None
    points: AppliedPoints | None
    shipping: ShippingQuote | None
    tax: int
    total: int
    rejections: tuple[Rejection, ...]

    @property
    def cost(self) -> int:
        """Return what the customer gives for the order: money, and points at their worth."""
        return self.total + (self.points.discount if self.points else 0)


def quote(cart: CartToPrice) -> Quote:
    """Return the quote of a cart: discounts, shipping, tax, total, gift card payments and the amount due.

    A voucher, reward, points or gift card that does not apply is returned as a rejection and raises no error.
    """
    priced, voucher, rejections = _best(cart)
    bought = sum(line.subtotal for line in cart.lines if line.is_gift_card)
    payments, unused = apply_gift_cards(
        cart.gift_cards, currency=cart.currency, total=priced.total, gift_cards_bought=bought
    )
    result = Quote(
        currency=cart.currency,
        tax_inclusive=cart.tax_inclusive,
        lines=priced.lines,
        merchandise=cart.goods_subtotal,
        gift_cards_bought=bought,
        voucher=voucher,
        reward=priced.reward,
        points=priced.points,
        shipping=priced.shipping,
        tax=priced.tax,
        total=priced.total,
        gift_card_payments=payments,
        due=priced.total - sum(payment.amount for payment in payments),
        rejections=(*rejections, *priced.rejections, *unused),
    )
    return replace(result, trace=trace_steps(cart, result))


def _best(cart: CartToPrice) -> tuple[_PricedOrder, AppliedVoucher | None, list[Rejection]]:
    """Return the order with the voucher that makes it cheapest."""
    found, rejections = find_candidates(cart)
    without = _price(cart, None)
    under = [_price(cart, candidate) for candidate in found]
    chosen, applied, rejected = choose_voucher(cart, found, [priced.cost for priced in under], without.cost)
    if rejected:
        rejections.append(rejected)
    return without if chosen is None else under[chosen], applied, rejections


def _price(cart: CartToPrice, candidate: VoucherCandidate | None) -> _PricedOrder:
    """Calculate the steps from unit prices to the total with one voucher or none."""
    left = [0 if line.is_gift_card else line.subtotal for line in cart.lines]
    by_voucher: Sequence[int] = candidate.shares if candidate else [0] * len(left)
    left = _subtract(left, by_voucher)
    by_reward, reward, reward_refusal = apply_reward(cart, left)
    left = _subtract(left, by_reward)
    by_points, points, points_refusal = apply_points(cart.points, left)
    left = _subtract(left, by_points)
    shipping, shipping_reward, shipping_refusal = charge_shipping(cart, sum(left))
    lines = tuple(
        _line(line, *shares, inclusive=cart.tax_inclusive)
        for line, *shares in zip(cart.lines, by_voucher, by_reward, by_points, strict=True)
    )
    refusals = (reward_refusal, points_refusal, shipping_refusal)
    return _PricedOrder(
        lines=lines,
        reward=reward or shipping_reward,
        points=points,
        shipping=shipping,
        tax=sum(line.tax for line in lines) + (shipping.tax if shipping else 0),
        total=sum(line.total for line in lines) + _with_tax(shipping, inclusive=cart.tax_inclusive),
        rejections=tuple(refusal for refusal in refusals if refusal),
    )


def _subtract(left: Sequence[int], shares: Sequence[int]) -> list[int]:
    return [amount - share for amount, share in zip(left, shares, strict=True)]


def _with_tax(shipping: ShippingQuote | None, *, inclusive: bool) -> int:
    if shipping is None:
        return 0
    return shipping.charged if inclusive else shipping.charged + shipping.tax


def _line(line: LineToPrice, voucher: int, reward: int, points: int, *, inclusive: bool) -> LineQuote:
    left = line.subtotal - voucher - reward - points
    tax = tax_of(left, line.tax_rate, inclusive=inclusive)
    return LineQuote(
        key=line.key,
        product_id=line.product_id,
        quantity=line.quantity,
        unit_price=line.unit_price,
        regular_price=line.regular_price,
        tax_rate=line.tax_rate,
        is_gift_card=line.is_gift_card,
        subtotal=line.subtotal,
        voucher=voucher,
        reward=reward,
        points=points,
        tax=tax,
        net=left - tax if inclusive else left,
        total=left if inclusive else left + tax,
    )
