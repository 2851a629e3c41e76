"""The input of the pricing pipeline. Callers fill these classes; they know no tables and no requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

Key: TypeAlias = UUID | str

PPM = 1_000_000
WHOLE_BP = 10_000


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineToPrice:
    """A quantity of one product at one price; prices are minor units, the tax rate is parts per million.

    ``unit_price`` is the current price of a unit, ``regular_price`` its price without a sale.
    ``category_ids`` holds the categories of the product with all their ancestors. ``parent_id`` is the
    product that a variant belongs to. ``excluded`` exempts the line from vouchers and rewards, but not from
    points. Raises ValueError for a quantity below 1, a negative amount, or a taxed gift card.
    """

    key: Key
    product_id: Key
    quantity: int
    unit_price: int
    regular_price: int
    tax_rate: int
    name: str = ""
    weight_grams: int = 0
    category_ids: frozenset[Key] = frozenset()
    parent_id: Key | None = None
    excluded: bool = False
    is_gift_card: bool = False

    def __post_init__(self) -> None:
        _check(self.quantity >= 1, "a line has at least one unit")
        _check(self.unit_price >= 0, "a price may not be negative")
        _check(self.tax_rate >= 0, "a tax rate may not be negative")
        _check(not (self.is_gift_card and self.tax_rate), "a gift card is sold untaxed")

    @property
    def subtotal(self) -> int:
        """Return the amount of the line before discounts, in minor units."""
        return self.unit_price * self.quantity

    @property
    def is_on_sale(self) -> bool:
        """Return whether the unit price is below the regular price."""
        return self.unit_price < self.regular_price


class VoucherKind(StrEnum):
    """Whether the value of a voucher is a percentage or an amount."""

    PERCENTAGE = "percentage"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherTerms:
    """An active voucher that this customer may use; the caller has checked its dates and limits.

    ``value`` is basis points (10 % is 1,000) for a percentage and minor units of ``currency`` for a fixed
    amount. ``max_discount`` caps a percentage. ``min_discount`` is the smallest discount with which a fixed
    voucher still applies. The order values are inclusive limits for the goods before discounts. Empty
    ``applicable_categories`` mean all categories. ``excluded_products`` may contain products and variants.
    Raises ValueError for a percentage outside 0 to 100 % or a negative value.
    """

    reference: Key
    code: str
    kind: VoucherKind
    value: int
    currency: str | None = None
    max_discount: int | None = None
    min_discount: int | None = None
    min_order_value: int = 0
    max_order_value: int | None = None
    applicable_categories: frozenset[Key] = frozenset()
    excluded_products: frozenset[Key] = frozenset()
    requires_code: bool = True

    def __post_init__(self) -> None:
        _check(self.value >= 0, "a voucher's value may not be negative")
        if self.kind is VoucherKind.PERCENTAGE:
            _check(self.value <= WHOLE_BP, "a percentage is at most 10,000 basis points")


class RewardKind(StrEnum):
    """The effect of a loyalty reward on the price."""

    DISCOUNT = "discount"
    FREE_SHIPPING = "free_shipping"
    FREE_ITEM = "free_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardTerms:
    """A reward that this customer may redeem now.

    ``value`` is the discount in minor units. ``product_id`` is the free item, a product or a variant. Free
    shipping covers the standard method, and express only with ``includes_express``. Raises ValueError for a
    negative value or a free item without a product.
    """

    reference: Key
    name: str
    kind: RewardKind
    value: int = 0
    product_id: Key | None = None
    includes_express: bool = False

    def __post_init__(self) -> None:
        _check(self.value >= 0, "a reward's value may not be negative")
        _check(self.kind is not RewardKind.FREE_ITEM or self.product_id is not None, "a free item has a name")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTerms:
    """The whole points that a customer wants to spend, and the balance.

    ``worth`` is minor units per point.
    """

    points: int
    balance: int
    worth: int = 1
    minimum: int = 100

    def __post_init__(self) -> None:
        _check(self.points >= 0, "points may not be negative")
        _check(self.worth >= 1, "a point is worth at least one minor unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPerk:
    """Free shipping for a tier from an amount of goods after discounts.

    Express only if ``includes_express``.
    """

    name: str
    free_from: int = 0
    includes_express: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingChoice:
    """The selected delivery method, priced for the destination and the weight of the cart.

    ``price_steps`` are pairs of (goods after discounts, price); the last pair whose amount is reached
    replaces ``price``. ``free_from`` is the inclusive threshold of the zone for this method, None without
    one.
    """

    code: str
    name: str
    price: int
    tax_rate: int
    price_steps: tuple[tuple[int, int], ...] = ()
    is_express: bool = False
    free_from: int | None = None
    perk: TierPerk | None = None

    def __post_init__(self) -> None:
        _check(
            self.price >= 0 and all(price >= 0 for _, price in self.price_steps),
            "delivery costs no less than 0",
        )
        _check(self.tax_rate >= 0, "a tax rate may not be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardTerms:
    """A gift card that may be used now.

    ``label`` is its display name, ``expires_at`` is timezone-aware or None.
    """

    reference: Key
    label: str
    balance: int
    currency: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartToPrice:
    """Everything that determines the cost of an order.

    ``voucher`` is the one whose code was entered; ``automatic_vouchers`` need no code. ``shipping`` is None
    until a method is selected. With ``tax_inclusive`` every price includes its tax.
    """

    currency: str
    lines: tuple[LineToPrice, ...]
    tax_inclusive: bool = False
    voucher: VoucherTerms | None = None
    automatic_vouchers: tuple[VoucherTerms, ...] = ()
    reward: RewardTerms | None = None
    points: PointsTerms | None = None
    shipping: ShippingChoice | None = None
    gift_cards: tuple[GiftCardTerms, ...] = ()

    @property
    def vouchers(self) -> tuple[VoucherTerms, ...]:
        """Return every voucher to consider once, the entered one first."""
        if self.voucher is None:
            return self.automatic_vouchers
        others = [terms for terms in self.automatic_vouchers if terms.reference != self.voucher.reference]
        return (self.voucher, *others)

    @property
    def has_goods(self) -> bool:
        """Return whether the cart contains anything but gift cards.

        Only goods are delivered and discounted.
        """
        return any(not line.is_gift_card for line in self.lines)

    @property
    def goods_subtotal(self) -> int:
        """Return the goods before discounts, without gift cards; order-value limits apply to this amount."""
        return sum(line.subtotal for line in self.lines if not line.is_gift_card)

    @property
    def weight_grams(self) -> int:
        """Return the weight of all units together."""
        return sum(line.weight_grams * line.quantity for line in self.lines)
