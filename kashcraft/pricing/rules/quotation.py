"""The result of the pricing pipeline, in minor units of one currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from kashcraft.core.money import Money
from kashcraft.pricing.rules.input import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQuote:
    """One line: its cost before discounts, each discount, its tax, and the amount left to pay.

    ``voucher``, ``reward`` and ``points`` are positive amounts that are subtracted. In both tax modes ``net``
    excludes tax and ``total`` includes it.
    """

    key: Key
    product_id: Key
    quantity: int
    unit_price: int
    regular_price: int
    tax_rate: int
    is_gift_card: bool
    subtotal: int
    voucher: int
    reward: int
    points: int
    tax: int
    net: int
    total: int

    @property
    def discount(self) -> int:
        """Return all discounts of the line together."""
        return self.voucher + self.reward + self.points

    @property
    def discounted(self) -> int:
        """Return the line after discounts as prices are shown: including tax only in inclusive mode."""
        return self.subtotal - self.discount


class VoucherReason(StrEnum):
    """Why this voucher was applied and not another one."""

    CODE = "code"
    AUTOMATIC = "automatic"
    CODE_SAVES_MORE = "code_saves_more"
    AUTOMATIC_SAVES_MORE = "automatic_saves_more"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedVoucher:
    """The applied voucher, its discount, and why it was preferred.

    ``instead_of`` is the code of the second best voucher. ``saves_more`` is how much cheaper the order is
    than with that one, tax and delivery included; 0 where both cost the same.
    """

    reference: Key
    code: str
    discount: int
    reason: VoucherReason
    instead_of: str | None = None
    saves_more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedReward:
    """The applied reward and its discount on goods.

    0 for free shipping, which is part of the shipping quote.
    """

    reference: Key
    name: str
    discount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPoints:
    """The applied points and their discount."""

    points: int
    discount: int


class FreeShipping(StrEnum):
    """The reason why delivery is free."""

    THRESHOLD = "threshold"
    TIER = "tier"
    REWARD = "reward"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingQuote:
    """Delivery: its list price, the amount charged, and the tax (part of the charge in inclusive mode)."""

    code: str
    name: str
    price: int
    charged: int
    tax_rate: int
    tax: int
    free_by: FreeShipping | None = None
    missing_for_free: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxShare:
    """The tax at one rate (parts per million), and the net amount on which it was calculated line by line."""

    rate: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardPayment:
    """The amount that one gift card pays."""

    reference: Key
    label: str
    amount: int


class Refusal(StrEnum):
    """Why a voucher, reward, points or a gift card had no effect.

    Comments give the meaning of its numbers.
    """

    BELOW_MINIMUM = "below_minimum"  # amount: goods still missing
    ABOVE_MAXIMUM = "above_maximum"  # amount: goods too many
    NO_ELIGIBLE_ITEMS = "no_eligible_items"
    BELOW_MIN_DISCOUNT = "below_min_discount"  # amount: the least it must be worth
    WRONG_CURRENCY = "wrong_currency"
    ANOTHER_SAVES_MORE = "another_saves_more"  # amount: how much more the other one saves
    SAVES_NOTHING = "saves_nothing"  # amount: how much more the order would cost
    ITEM_NOT_IN_CART = "item_not_in_basket"
    EXPRESS_NOT_COVERED = "express_not_covered"
    NOT_ENOUGH_POINTS = "not_enough_points"  # points: how many there are
    BELOW_POINTS_MINIMUM = "below_points_minimum"  # points: the least that can be spent
    TOO_LITTLE_LEFT = "too_little_left"  # points: the least that can be spent
    EMPTY = "empty"
    NOT_NEEDED = "not_needed"
    CANNOT_BUY_GIFT_CARDS = "cannot_buy_gift_cards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A requested benefit that does not apply; ``subject`` is voucher, reward, points or gift_card."""

    subject: str
    code: Refusal
    reference: Key | None = None
    label: str = ""
    amount: int = 0
    points: int = 0


# A plain value of a step, as it is stored with an order.
StepValue: TypeAlias = str | int | bool | None


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the explanation of a price.

    ``amount`` is its signed effect in minor units, None without one. ``values`` are plain texts, numbers and
    minor units. They are stored with an order and can be described in any locale.
    """

    step: str
    amount: int | None = None
    values: Mapping[str, StepValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The cost of a cart and its explanation.

    Every amount is minor units, and sums are sums of rounded lines. ``merchandise`` is the goods before
    discounts, ``gift_cards_bought`` the gift cards in the cart. ``tax`` is that of lines and shipping.
    ``total`` is the cost of the order, ``due`` the part that gift cards do not pay.
    """

    currency: str
    tax_inclusive: bool
    lines: tuple[LineQuote, ...]
    merchandise: int
    gift_cards_bought: int
    voucher: AppliedVoucher | None
    reward: AppliedReward | None
    points: AppliedPoints | None
    shipping: ShippingQuote | None
    tax: int
    total: int
    gift_card_payments: tuple[GiftCardPayment, ...]
    due: int
    rejections: tuple[Rejection, ...] = ()
    trace: tuple[TraceStep, ...] = ()

    @property
    def subtotal(self) -> int:
        """Return all lines before discounts, gift cards in the cart included."""
        return self.merchandise + self.gift_cards_bought

    @property
    def discount(self) -> int:
        """Return the discounts of voucher, reward and points together."""
        return sum(line.discount for line in self.lines)

    @property
    def merchandise_after_discounts(self) -> int:
        """Return the goods after discounts as prices are shown.

        Shipping prices and thresholds depend on it.
        """
        return self.merchandise - self.discount

    @property
    def net_merchandise(self) -> int:
        """Return the goods after all discounts and without tax, in both tax modes.

        Loyalty points depend on it.
        """
        return sum(line.net for line in self.lines if not line.is_gift_card)

    @property
    def shipping_charged(self) -> int:
        """Return the charge for delivery, 0 while no method is selected."""
        return self.shipping.charged if self.shipping else 0

    @property
    def gift_cards_paid(self) -> int:
        """Return what all gift cards pay together."""
        return sum(payment.amount for payment in self.gift_card_payments)

    @property
    def tax_by_rate(self) -> tuple[TaxShare, ...]:
        """Return the tax grouped by rate, highest rate first, as an invoice lists it.

        Untaxed amounts are omitted.
        """
        amounts: dict[int, tuple[int, int]] = {}
        parts = [(line.tax_rate, line.net, line.tax) for line in self.lines if line.tax_rate]
        if self.shipping and self.shipping.tax_rate and self.shipping.charged:
            inside = self.shipping.tax if self.tax_inclusive else 0
            parts.append((self.shipping.tax_rate, self.shipping.charged - inside, self.shipping.tax))
        for rate, net, tax in parts:
            before_net, before_tax = amounts.get(rate, (0, 0))
            amounts[rate] = (before_net + net, before_tax + tax)
        return tuple(
            TaxShare(rate=rate, net=net, tax=tax) for rate, (net, tax) in sorted(amounts.items())[::-1]
        )

    def money(self, minor: int) -> Money:
        """Return an amount in the currency of this quote."""
        return Money(minor, self.currency)

    def line(self, key: Key) -> LineQuote:
        """Return the line with that key. Raises KeyError where there is none."""
        for line in self.lines:
            if line.key == key:
                return line
        raise KeyError(key)

    def rejection_of(self, subject: str) -> Rejection | None:
        """Return the first rejection of a subject (voucher, reward, points or gift_card), or None."""
        return next((rejection for rejection in self.rejections if rejection.subject == subject), None)
