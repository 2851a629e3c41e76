"""What a price is computed from. Callers fill these; nothing here knows a table or a request."""

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
    """So many pieces of one product at one price; prices in minor units, tax rate in parts per million.

    ``unit_price`` is what a piece costs now, ``regular_price`` what it costs outside its sale.
    ``category_ids`` holds the product's categories with all their ancestors, ``parent_id`` the product
    whose choice this is. ``excluded`` keeps vouchers and rewards away from the line, but not points.
    ValueError for less than one piece, a negative amount, or a taxed gift card.
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
        _check(self.quantity >= 1, "a line has at least one piece")
        _check(self.unit_price >= 0, "a price may not be negative")
        _check(self.tax_rate >= 0, "a tax rate may not be negative")
        _check(not (self.is_gift_card and self.tax_rate), "a gift card is sold untaxed")

    @property
    def subtotal(self) -> int:
        """The line before any discount, in minor units."""
        return self.unit_price * self.quantity

    @property
    def is_on_sale(self) -> bool:
        """Whether a piece costs less than it regularly does."""
        return self.unit_price < self.regular_price


class VoucherKind(StrEnum):
    """How a voucher's value is read."""

    PERCENTAGE = "percentage"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherTerms:
    """A voucher that is running and may be used by this customer; its service has checked dates and limits.

    ``value`` is basis points (10 % is 1,000) for a percentage and minor units for a fixed amount, which also
    names its ``currency``. ``max_discount`` caps a percentage; ``min_discount`` is the least a fixed voucher
    must still be worth to apply. Order values are bounds, included, on the goods before discounts. No
    ``applicable_categories`` means all; ``excluded_products`` may name a product or its family.
    ValueError for a percentage outside 0 to 100 % or a negative amount.
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
    """What a loyalty reward does to a price."""

    DISCOUNT = "discount"
    FREE_SHIPPING = "free_shipping"
    FREE_ITEM = "free_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardTerms:
    """A reward that this customer may redeem now.

    ``value`` in minor units is the discount; ``product_id`` names the free item, by product or by family.
    Free shipping covers the standard method, express only when ``includes_express``. ValueError for a
    negative value or a free item without a name.
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
    """Whole points that the customer wants to spend, out of a balance; ``worth`` is minor units per point."""

    points: int
    balance: int
    worth: int = 1
    minimum: int = 100

    def __post_init__(self) -> None:
        _check(self.points >= 0, "points may not be negative")
        _check(self.worth >= 1, "a point is worth at least one minor unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPerk:
    """Free shipping by membership from so much of goods after discounts; express only if it says so."""

    name: str
    free_from: int = 0
    includes_express: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingChoice:
    """The chosen way of delivery, priced for the destination and the cart's weight.

    ``price_steps`` are (goods after discounts, price) pairs: the last one whose amount is reached replaces
    ``price``. ``free_from`` is the zone's threshold where it holds for this method, included.
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
    """A gift card that may be used now; ``label`` is how it is shown, ``expires_at`` is aware or None."""

    reference: Key
    label: str
    balance: int
    currency: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartToPrice:
    """Everything that decides what an order costs.

    ``voucher`` is the one whose code was entered; ``automatic_vouchers`` apply by themselves. ``shipping`` is
    None until a method is chosen. With ``tax_inclusive`` every price already holds its tax.
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
        """Every voucher to consider, the entered one first, each once."""
        if self.voucher is None:
            return self.automatic_vouchers
        others = [terms for terms in self.automatic_vouchers if terms.reference != self.voucher.reference]
        return (self.voucher, *others)

    @property
    def has_goods(self) -> bool:
        """Whether anything in it is more than a gift card, and so is delivered and can be discounted."""
        return any(not line.is_gift_card for line in self.lines)

    @property
    def goods_subtotal(self) -> int:
        """The goods before discounts, gift cards left out: what order-value limits are tested on."""
        return sum(line.subtotal for line in self.lines if not line.is_gift_card)

    @property
    def weight_grams(self) -> int:
        """The weight of all pieces together."""
        return sum(line.weight_grams * line.quantity for line in self.lines)
