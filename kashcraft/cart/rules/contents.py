"""The contents of a cart: products, quantities and their limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from kashcraft.cart.rules.gifts import Gift
from kashcraft.cart.rules.pricing import MAX_QUANTITY, Item
from kashcraft.catalogue.rules import price_now, product_path
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import CartId, CartLineId, OrderId, ProductId, RewardId, UserId
from kashcraft.core.money import Money
from kashcraft.product_cards.rules import Picture


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a cart: a member, or the browser that holds the token."""

    user_id: UserId | None = None
    token: str | None = None

    @property
    def is_known(self) -> bool:
        """Return whether the owner can have a cart."""
        return self.user_id is not None or self.token is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem(Item):
    """One line of a cart with the current data of its product; amounts are minor units.

    ``free`` is the number of units that can be bought now, including those held by the pending order of this
    cart. ``held_until`` is when the first hold of another customer ends. ``limit`` is the largest quantity
    per order. ``seen_price`` is the price that the owner last agreed to, ``compare_at`` the amount that is
    crossed out beside the current one. ``gift`` holds the recipient of a gift card.
    """

    line_id: CartLineId
    slug: str
    options: str
    sku: str
    picture: Picture | None
    seen_price: int
    currency: str
    is_saved: bool
    compare_at: Money | None = None
    held_until: datetime | None = None
    limit: int = MAX_QUANTITY
    gift: Gift | None = None

    @property
    def key(self) -> UUID:
        """Return the key of the line in the quote."""
        return self.line_id

    @property
    def can_be_bought(self) -> bool:
        """Return whether the line can be ordered with its current quantity."""
        return self.is_active and min(self.free, self.limit) >= self.quantity

    @property
    def is_held(self) -> bool:
        """Return whether missing units are held by another customer and may become available again."""
        return self.is_active and self.free < self.quantity and self.held_until is not None

    @property
    def url(self) -> str:
        """Return the address of the product page with the variant of the line selected."""
        path = product_path(self.slug)
        return path if self.product_id == self.page_id else f"{path}?choice={self.product_id}"

    @property
    def most(self) -> int:
        """Return the largest quantity that can be selected now."""
        return max(0, min(self.free, self.limit, MAX_QUANTITY))

    @property
    def price(self) -> Money:
        """Return the current price of one unit."""
        return Money(self.unit_price, self.currency)

    @property
    def subtotal(self) -> Money:
        """Return the amount of the line before discounts."""
        return Money(self.unit_price * self.quantity, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedBenefits:
    """The benefits that the owner wants to use: points, a reward, and whether codes were entered.

    ``has_automatic_vouchers`` is True while the shop has vouchers that need no code. Without codes and
    automatic vouchers no voucher has to be read.
    """

    points: int = 0
    reward_id: RewardId | None = None
    has_codes: bool = False
    has_automatic_vouchers: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """A cart with the lines to buy, the lines saved for later, and the requested benefits.

    ``terms_version`` is the version of zones and tax rates that was current when the cart was read.
    """

    cart_id: CartId | None = None
    pending_order_id: OrderId | None = None
    terms_version: int | None = None
    items: tuple[CartItem, ...] = ()
    saved: tuple[CartItem, ...] = ()
    requested: RequestedBenefits = field(default_factory=RequestedBenefits)

    @property
    def count(self) -> int:
        """Return the number of units to buy."""
        return sum(item.quantity for item in self.items)

    @property
    def subtotal(self) -> Money:
        """Return the amount of the lines before discounts. Raises IndexError for an empty cart."""
        return Money(sum(item.subtotal.minor for item in self.items), self.items[0].currency)

    @property
    def can_be_ordered(self) -> bool:
        """Return whether the cart has lines and each of them can be bought."""
        return bool(self.items) and all(item.can_be_bought for item in self.items)

    @property
    def changed_prices(self) -> bool:
        """Return whether any price differs from the price that the owner last agreed to."""
        return any(item.unit_price != item.seen_price for item in self.items)


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a sign-in added to a member's cart: new lines and raised quantities.

    ``count`` is its units now.
    """

    added: int = 0
    raised: int = 0
    count: int = 0

    @property
    def changed(self) -> bool:
        """Return whether the guest cart changed the member's cart."""
        return bool(self.added or self.raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyableProduct:
    """The data that decides whether a product can be bought and at what price; prices are minor units."""

    kind: str
    status: str
    name: str
    price: int | None
    sale_price: int | None
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    option_names: list[str]
    is_gift_card: bool


def price_at(product: BuyableProduct, moment: datetime) -> int:
    """Return the price of a product at a moment in minor units, 0 for a product with variants."""
    return price_now(
        product.price or 0, product.sale_price, product.sale_starts_at, product.sale_ends_at, moment
    )


def check_addable(product: BuyableProduct) -> None:
    """Raise DomainError unless a product can be added to a cart.

    Error codes: choose_an_option (the product has variants; ``options`` are its options), no_longer_made
    (archived or not on sale).
    """
    if product.kind == "family":
        raise DomainError("choose_an_option", field="product_id", options=list(product.option_names))
    if product.status != "active":
        raise DomainError("no_longer_made", field="product_id", name=product.name)


def allowed_quantity(wanted: int, free: int, limit: int = MAX_QUANTITY) -> int:
    """Return the quantity that a line may have.

    ``wanted`` units are requested, ``free`` can be bought, and an order may contain ``limit``.
    """
    return max(0, min(wanted, free, limit, MAX_QUANTITY))


def with_own_holds(items: Iterable[CartItem], held: Mapping[ProductId, int]) -> tuple[CartItem, ...]:
    """Return the lines with the units held by the cart's own pending order counted as free."""
    return tuple(replace(item, free=item.free + held.get(item.product_id, 0)) for item in items)


def merged_quantity(mine: int, brought: int) -> int:
    """Return the quantity of a line that exists in both carts of a person: the larger one.

    Adding both would double what a member had put into the cart before signing out.
    """
    return min(max(mine, brought), MAX_QUANTITY)
