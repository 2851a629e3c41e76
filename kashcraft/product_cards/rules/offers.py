"""Offers: the current price, stock and picture of a product for pages other than lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kashcraft.catalogue.rules import crossed_out, options_text, product_path
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.inventory.rules import UNLIMITED, Stock
from kashcraft.product_cards.rules.cards import Picture, cheapest_of, stock_state


class OfferRow(Protocol):
    """A row with the columns of ``queries.OFFER``: a product, its page and picture; amounts in minor
    units.
    """

    product_id: ProductId
    parent_id: ProductId | None
    has_variants: bool
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
    reference_price: int | None
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
    """A product, or one of its variants, with price and stock at one moment.

    ``name``, ``slug`` and rating are those of the page; ``options`` are a variant's values as text. ``price``
    is the current price, ``regular`` the price without a sale and ``compare_at`` the one that is crossed out.
    A product with variants has those of the cheapest, and ``price_from`` where others cost more. ``free``
    counts the units that can be bought, of all variants together. ``held_until`` is when the first hold of an
    unpaid order ends. ``most_per_order`` is the product's own limit, None where the shop's limit applies.
    ``is_active`` is false for a product that is no longer sold.
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
    compare_at: Money | None = None
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
        """Return the address of the product page, with the variant selected."""
        path = product_path(self.slug)
        return path if self.product_id == self.page_id else f"{path}?choice={self.product_id}"

    @property
    def state(self) -> str:
        """Return the state of stock: sold_out, held, low or in_stock (see ``stock_state``)."""
        return stock_state(self.free, is_held=self.held_until is not None)

    @property
    def can_be_bought(self) -> bool:
        """Return whether one unit can be put into a cart now. A product with variants cannot; its variants
        can.
        """
        return self.is_active and self.free > 0 and not self.has_variants

    @property
    def rating_average(self) -> float | None:
        """Return the average score, None without scores."""
        return self.rating_total / self.rating_count if self.rating_count else None


def build_offer(row: OfferRow, stock: Stock, now: datetime) -> Offer:
    """Return the offer of the row of a variant or of a product without variants, with its stock."""
    return _made(row, (row,), stock, now)


def build_offer_with_variants(
    row: OfferRow, variants: Sequence[OfferRow], stock: Mapping[ProductId, Stock], now: datetime
) -> Offer:
    """Return the offer of a page row with ``variants``, from the stock of these."""
    parts = [stock.get(one.product_id, UNLIMITED) for one in variants]
    ends = [one.held_until for one in parts if one.held_until is not None]
    together = Stock(free=sum(one.free for one in parts), held_until=min(ends, default=None))
    return _made(row, variants, together, now)


def _made(row: OfferRow, variants: Sequence[OfferRow], stock: Stock, now: datetime) -> Offer:
    cheapest, price, price_from = cheapest_of(variants, now)
    was = crossed_out(cheapest.price, price, cheapest.reference_price)
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
        compare_at=None if was is None else Money(was, row.currency),
        price_from=price_from,
        free=stock.free,
        held_until=stock.held_until,
        most_per_order=stock.most_per_order,
        is_active=row.is_active and cheapest.is_active,
        has_variants=row.has_variants,
        is_gift_card=row.is_gift_card,
        one_of_a_kind=all(one.one_of_a_kind for one in variants),
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
