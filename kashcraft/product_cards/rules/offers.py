"""What a product is now: its price, whether it can be bought, and how it appears on any page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kashcraft.catalogue.rules import options_text, product_path
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.inventory.rules import UNLIMITED, Stock
from kashcraft.product_cards.rules.cards import Picture, cheapest_of, stock_state


class OfferRow(Protocol):
    """A row with the columns of ``queries.OFFER``: a product, its page and picture; in minor units."""

    product_id: ProductId
    parent_id: ProductId | None
    is_family: bool
    is_active: bool
    sku: str | None
    name: str
    slug: str
    option_names: list[str] | None
    option_values: dict[str, str] | None
    price: int
    sale_price: int | None
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    currency: str
    is_gift_card: bool
    one_of_a_kind: bool
    weight_grams: int
    tax_class: str
    rating_count: int
    rating_total: int
    stem: str | None
    alt: str | None
    width: int
    height: int
    widths: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A product, or one of its variants, as it can be bought at one moment.

    ``name``, ``slug`` and rating are those of the page, ``options`` is a variant's values in words. ``price``
    is that of now and ``regular`` the one without a sale; a product with variants has those of the cheapest
    and ``price_from`` where others cost more. ``free`` counts the units that can be bought, of all variants
    together; ``held_until`` is when the first of those ends who are paying for more; ``most_per_order`` is
    the product's own limit, None where the shop's counts. ``is_active`` says that it is on sale at all.
    """

    product_id: ProductId
    page_id: UUID
    name: str
    slug: str
    options: str
    sku: str
    picture: Picture | None
    price: Money
    regular: Money
    price_from: bool
    free: int
    held_until: datetime | None
    most_per_order: int | None
    is_active: bool
    has_variants: bool
    is_gift_card: bool
    one_of_a_kind: bool
    weight_grams: int
    tax_class: str
    rating_count: int
    rating_total: int

    @property
    def url(self) -> str:
        """Return the address of its page, with the variant that is meant."""
        path = product_path(self.slug)
        return path if self.product_id == self.page_id else f"{path}?choice={self.product_id}"

    @property
    def compare_at(self) -> Money | None:
        """Return the regular price while a sale runs."""
        return self.regular if self.regular > self.price else None

    @property
    def state(self) -> str:
        """Return how a page speaks of its stock: sold_out, held, low or in_stock (see ``stock_state``)."""
        return stock_state(self.free, is_held=self.held_until is not None)

    @property
    def can_be_bought(self) -> bool:
        """Return whether one unit can be put into a cart now; of a product with variants one is chosen
        first.
        """
        return self.is_active and self.free > 0 and not self.has_variants

    @property
    def rating_average(self) -> float | None:
        """Return the average score, None without any."""
        return self.rating_total / self.rating_count if self.rating_count else None


def offer_of(row: OfferRow, stock: Stock, now: datetime) -> Offer:
    """Return the offer of the row of something that is bought as it is, with its stock."""
    return _made(row, (row,), stock, now)


def offer_of_family(
    row: OfferRow, variants: Sequence[OfferRow], stock: Mapping[ProductId, Stock], now: datetime
) -> Offer:
    """Return the offer of the row of a page with ``variants``, from the stock of these."""
    parts = [stock.get(one.product_id, UNLIMITED) for one in variants]
    ends = [one.held_until for one in parts if one.held_until is not None]
    together = Stock(free=sum(one.free for one in parts), held_until=min(ends, default=None))
    return _made(row, variants, together, now)


def _made(row: OfferRow, sold: Sequence[OfferRow], stock: Stock, now: datetime) -> Offer:
    cheapest, price, price_from = cheapest_of(sold, now)
    return Offer(
        product_id=row.product_id,
        page_id=row.parent_id or row.product_id,
        name=row.name,
        slug=row.slug,
        options=options_text(row.option_values or {}, row.option_names or ()),
        sku=row.sku or "",
        picture=_picture(row),
        price=Money(price, row.currency),
        regular=Money(cheapest.price, row.currency),
        price_from=price_from,
        free=stock.free,
        held_until=stock.held_until,
        most_per_order=stock.most_per_order,
        is_active=row.is_active and cheapest.is_active,
        has_variants=row.is_family,
        is_gift_card=row.is_gift_card,
        one_of_a_kind=all(one.one_of_a_kind for one in sold),
        weight_grams=cheapest.weight_grams,
        tax_class=cheapest.tax_class,
        rating_count=row.rating_count,
        rating_total=row.rating_total,
    )


def _picture(row: OfferRow) -> Picture | None:
    if row.stem is None:
        return None
    widths = tuple(map(int, row.widths.split()))
    return Picture(row.stem, row.width, row.height, widths, row.alt or row.name)
