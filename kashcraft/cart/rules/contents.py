"""What a cart holds: what may be bought, how much of it, and what is said about it."""

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
    """Whose cart it is: a member's, or that of the browser that knows the token."""

    user_id: UserId | None = None
    token: str | None = None

    @property
    def is_known(self) -> bool:
        """Return whether there can be a cart at all."""
        return self.user_id is not None or self.token is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem(Item):
    """One line of a cart with what is true of its product now; amounts are minor units.

    ``free`` counts the units that can be bought now, those held by the cart's own pending order included;
    ``held_until`` is when the first of those ends who are paying for more of it; ``limit`` is how many one
    order may hold.
    ``seen_price`` is the price that the owner last agreed to; ``gift`` says whom a gift card is for.
    """

    line_id: CartLineId
    slug: str
    options: str
    sku: str
    picture: Picture | None
    seen_price: int
    currency: str
    is_saved: bool
    held_until: datetime | None = None
    limit: int = MAX_QUANTITY
    gift: Gift | None = None

    @property
    def key(self) -> UUID:
        """Return what its line is called in the quote."""
        return self.line_id

    @property
    def can_be_bought(self) -> bool:
        """Return whether the line can be ordered as it stands."""
        return self.is_active and min(self.free, self.limit) >= self.quantity

    @property
    def is_held(self) -> bool:
        """Return whether what is missing may be free again, because somebody else is paying for it."""
        return self.is_active and self.free < self.quantity and self.held_until is not None

    @property
    def url(self) -> str:
        """Return the address of the piece's page, with the choice that the line holds."""
        path = product_path(self.slug)
        return path if self.product_id == self.page_id else f"{path}?choice={self.product_id}"

    @property
    def most(self) -> int:
        """Return the largest quantity that can be asked for now."""
        return max(0, min(self.free, self.limit, MAX_QUANTITY))

    @property
    def price(self) -> Money:
        """Return what one piece costs now."""
        return Money(self.unit_price, self.currency)

    @property
    def compare_at(self) -> Money | None:
        """Return the regular price while a sale runs."""
        return Money(self.regular_price, self.currency) if self.regular_price > self.unit_price else None

    @property
    def subtotal(self) -> Money:
        """Return what the line costs before discounts."""
        return Money(self.unit_price * self.quantity, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedBenefits:
    """What the owner wants to use in this cart: points, a reward, and whether codes were entered.

    ``has_automatic_vouchers`` is True while the shop has vouchers that need no code. Without codes and
    automatic vouchers no voucher has to be read.
    """

    points: int = 0
    reward_id: RewardId | None = None
    has_codes: bool = False
    has_automatic_vouchers: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """A cart as pages show it: the lines to buy, those saved for later, and what its owner wants to use.

    ``terms_version`` is the number under which zones and tax rates were in force when it was read.
    """

    cart_id: CartId | None = None
    pending_order_id: OrderId | None = None
    terms_version: int | None = None
    items: tuple[CartItem, ...] = ()
    saved: tuple[CartItem, ...] = ()
    requested: RequestedBenefits = field(default_factory=RequestedBenefits)

    @property
    def count(self) -> int:
        """Return the number of pieces to buy."""
        return sum(item.quantity for item in self.items)

    @property
    def subtotal(self) -> Money:
        """Return what the lines cost before discounts. Raises IndexError for an empty cart."""
        return Money(sum(item.subtotal.minor for item in self.items), self.items[0].currency)

    @property
    def can_be_ordered(self) -> bool:
        """Return whether there is something in it and every line can be bought as it stands."""
        return bool(self.items) and all(item.can_be_bought for item in self.items)

    @property
    def changed_prices(self) -> bool:
        """Return whether a price differs from what its owner last agreed to."""
        return any(item.unit_price != item.seen_price for item in self.items)


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What signing in brought into a member's cart: new lines, larger lines; and the pieces in it now."""

    added: int = 0
    raised: int = 0
    count: int = 0

    @property
    def changed(self) -> bool:
        """Return whether anything came over."""
        return bool(self.added or self.raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyableProduct:
    """What decides whether a product can be bought, and at what price, in minor units."""

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
    """Return what a product costs at a moment, in minor units; 0 for one whose variants have the prices."""
    return price_now(
        product.price or 0, product.sale_price, product.sale_starts_at, product.sale_ends_at, moment
    )


def check_addable(product: BuyableProduct) -> None:
    """Raise DomainError unless a product can be put into a cart.

    Codes: choose_an_option (a family, with ``options``), no_longer_made (archived or not on sale).
    """
    if product.kind == "family":
        raise DomainError("choose_an_option", field="product_id", options=list(product.option_names))
    if product.status != "active":
        raise DomainError("no_longer_made", field="product_id", name=product.name)


def allowed_quantity(wanted: int, free: int, limit: int = MAX_QUANTITY) -> int:
    """Return how many pieces a line may hold when ``wanted`` are asked for, ``free`` can be bought and one
    order may hold ``limit``.
    """
    return max(0, min(wanted, free, limit, MAX_QUANTITY))


def with_own_holds(items: Iterable[CartItem], held: Mapping[ProductId, int]) -> tuple[CartItem, ...]:
    """Return the lines with the units that the cart's own pending order holds counted as free."""
    return tuple(replace(item, free=item.free + held.get(item.product_id, 0)) for item in items)


def merged_quantity(mine: int, brought: int) -> int:
    """Return the quantity of a line that two carts of the same person have: the larger one.

    Nobody who looked at a piece twice, signed in and signed out, means to buy both.
    """
    return min(max(mine, brought), MAX_QUANTITY)
