"""Cards: the price of a product at a moment, its state of stock and its pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import urlencode

from kashcraft.catalogue.rules import crossed_out, price_now, product_path
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.inventory.rules import free_of_product

# Pages state the number of units from this one down.
FEW = 3
NEW_FOR = timedelta(days=30)
# Separators of pictures, and of the parts of one, in the text that a statement returns.
PICTURE_END = "\x1e"
PART_END = "\x1f"


@dataclass(frozen=True)
class Picture:
    """A picture for templates; the largest file is ``width`` by ``height`` pixels.

    Files wider than ``shown_up_to`` pixels are for the enlarged view and are fetched only when it opens.
    ``square`` lists the widths of the square that narrow screens show instead, if there is one.
    """

    stem: str
    width: int
    height: int
    widths: tuple[int, ...]
    alt: str = ""
    shown_up_to: int = 1280
    square: tuple[int, ...] = ()

    @property
    def src(self) -> str:
        """Return the address of a WebP file of middle width, for browsers that ignore ``srcset``."""
        return f"/media/{self.stem}-{self.widths[len(self.widths) // 2]}.webp"

    @property
    def largest(self) -> str:
        """Return the address of the largest file."""
        return f"/media/{self.stem}-{self.widths[-1]}.webp"

    def srcset(self, kind: str) -> str:
        """Return the ``srcset`` in one format (avif, webp): the widths up to ``shown_up_to``, at least the
        smallest.
        """
        return self._srcsets[0 if kind == "avif" else 1]

    def square_srcset(self, kind: str) -> str:
        """Return the ``srcset`` of the square in one format, empty without one."""
        return ", ".join([f"/media/{self.stem}-square-{width}.{kind} {width}w" for width in self.square])

    @cached_property
    def _srcsets(self) -> tuple[str, str]:
        stem = self.stem
        widths = [width for width in self.widths if width <= self.shown_up_to] or self.widths[:1]
        return (
            ", ".join([f"/media/{stem}-{width}.avif {width}w" for width in widths]),
            ", ".join([f"/media/{stem}-{width}.webp {width}w" for width in widths]),
        )


def read_pictures(text: str | None, fallback_alt: str) -> tuple[Picture, ...]:
    """Return the pictures that a statement has returned as one text: stem, width, height, widths and alt of
    each.
    """
    if not text:
        return ()
    pictures = []
    for line in text.split(PICTURE_END):
        stem, width, height, widths, alt = line.split(PART_END)
        steps = tuple(map(int, widths.split()))
        pictures.append(Picture(stem, int(width), int(height), steps, alt or fallback_alt))
    return tuple(pictures)


class PricedVariant(NamedTuple):
    """A variant, or a product without options, with its price and stock at one moment.

    Amounts are minor units; ``compare_at`` is the amount that is crossed out during a sale. ``held_until`` is
    when the first hold of another customer's unpaid order ends.
    """

    id: ProductId
    price: int
    free: int
    compare_at: int | None = None
    weight_grams: int = 0
    one_of_a_kind: bool = False
    sku: str = ""
    values: tuple[str, ...] = ()
    held_until: datetime | None = None
    most_per_order: int | None = None

    @property
    def is_held(self) -> bool:
        """Return whether no unit is free only because unpaid orders hold the last ones."""
        return self.free <= 0 and self.held_until is not None


class Card(NamedTuple):
    """A product in a list. ``purchasable_id`` is the product that can be put into a cart at once, None where
    the customer has to choose a variant first.
    """

    product_id: ProductId
    purchasable_id: ProductId | None
    name: str
    url: str
    picture: Picture | None
    second_picture: Picture | None
    category_name: str
    variants_note: str
    price: Money
    compare_at: Money | None
    price_from: bool
    rating_average: float | None
    rating_count: int
    state: str
    available: int
    is_new: bool
    one_of_a_kind: bool


class HasPrice(Protocol):
    """A row with a regular price and a sale price with its start and end, in minor units."""

    @property
    def price(self) -> int:
        """Return the regular price."""

    @property
    def sale_price(self) -> int | None:
        """Return the sale price, None without a sale."""

    @property
    def sale_starts_at(self) -> datetime | None:
        """Return when the sale starts, None where it has no start."""

    @property
    def sale_ends_at(self) -> datetime | None:
        """Return when the sale ends, None where it has no end."""


P = TypeVar("P", bound=HasPrice)


def cheapest_of(variants: Sequence[P], now: datetime) -> tuple[P, int, bool]:
    """Return the cheapest of ``variants`` at ``now`` (the first of equals), its price, and whether others
    cost more.

    Raises ValueError without variants.
    """
    prices = [
        price_now(one.price, one.sale_price, one.sale_starts_at, one.sale_ends_at, now) for one in variants
    ]
    least = min(prices)
    return variants[prices.index(least)], least, prices.count(least) != len(prices)


def next_boundary(moments: Iterable[datetime | None], now: datetime) -> datetime | None:
    """Return the first moment after ``now`` at which a sale starts or ends."""
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def stock_state(free: int, *, is_held: bool = False) -> str:
    """Return the state of stock for ``free`` units: sold_out, held, low or in_stock.

    With ``is_held`` an unpaid order holds the units that are not free, so they are not sold yet.
    """
    if free <= 0:
        return "held" if is_held else "sold_out"
    return "low" if free <= FEW else "in_stock"


class Variant(NamedTuple):
    """A variant of a product with its regular and sale price, or the product itself where it has no options.

    ``reference_price`` is crossed out during the sale. ``values`` are its option values in the order of the
    options. ``pictures`` are those that show this
    variant only. A variant that is not stocked, such as a gift card, is never sold out.
    """

    id: ProductId
    price: int
    sale_price: int | None
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    is_stocked: bool
    reference_price: int | None = None
    one_of_a_kind: bool = False
    values: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


class CardContent(NamedTuple):
    """The part of a card that depends on the catalogue version: everything but current price and stock."""

    product_id: ProductId
    name: str
    url: str
    picture: Picture | None
    second_picture: Picture | None
    category_name: str
    variants_note: str
    currency: str
    rating_average: float | None
    rating_count: int
    published_at: datetime | None
    variants: tuple[Variant, ...]


class CardContentRow(Protocol):
    """The row of a product page from which its card is built; ``pictures`` is for ``read_pictures``."""

    id: ProductId
    name: str
    slug: str
    option_names: list[str]
    currency: str
    rating_count: int
    rating_total: int
    published_at: datetime | None
    pictures: str | None


def card_content(
    row: CardContentRow, variants: Sequence[Variant], category_name: str, variants_note: str = ""
) -> CardContent:
    """Return the card content of a page row and its variants; ``variants_note`` is their number in words."""
    pictures, count = read_pictures(row.pictures, row.name), row.rating_count
    return CardContent(
        product_id=row.id,
        name=row.name,
        url=product_path(row.slug),
        picture=pictures[0] if pictures else None,
        second_picture=pictures[1] if len(pictures) > 1 else None,
        category_name=category_name,
        variants_note=variants_note,
        currency=row.currency,
        rating_average=row.rating_total / count if count else None,
        rating_count=count,
        published_at=row.published_at,
        variants=tuple(variants),
    )


def build_card(
    content: CardContent,
    free: Mapping[ProductId, int],
    now: datetime,
    variant_ids: Sequence[ProductId] = (),
    held: Collection[ProductId] = (),
) -> Card:
    """Return the card of ``content`` with prices at ``now``.

    ``free`` are the free units of each stocked variant; a missing one has none. ``held`` are the variants
    whose last units are held by unpaid orders. With ``variant_ids`` the card shows these variants and links
    to them.
    """
    by_id = {one.id: one for one in content.variants}
    own = [by_id[one] for one in variant_ids if one in by_id]
    picture, second = _shown(content, own)
    cheapest, least, price_from = cheapest_of(content.variants, now)
    compare_at = crossed_out(cheapest.price, least, cheapest.reference_price)
    units = [free_of_product(free.get(one.id), is_stocked=one.is_stocked) for one in content.variants]
    available = sum(units)
    return Card(
        product_id=content.product_id,
        purchasable_id=cheapest.id if len(content.variants) == 1 else None,
        name=content.name,
        url=content.url + _options_of(content, own),
        picture=picture,
        second_picture=second,
        category_name=content.category_name,
        variants_note=content.variants_note,
        price=Money(least, content.currency),
        compare_at=None if compare_at is None else Money(compare_at, content.currency),
        price_from=price_from,
        rating_average=content.rating_average,
        rating_count=content.rating_count,
        state=stock_state(available, is_held=any(one.id in held for one in content.variants)),
        available=available,
        is_new=content.published_at is not None and now - content.published_at < NEW_FOR,
        one_of_a_kind=available <= len(content.variants)
        and all(one.one_of_a_kind for one in content.variants),
    )


def _shown(content: CardContent, own: Sequence[Variant]) -> tuple[Picture | None, Picture | None]:
    """Return two pictures: those of the first selected variant that has any, else those of the product."""
    tied = next((one.pictures for one in own if one.pictures), ())
    if not tied or len(own) == len(content.variants):
        return content.picture, content.second_picture
    return tied[0], tied[1] if len(tied) > 1 else None


def _options_of(content: CardContent, own: Sequence[Variant]) -> str:
    """Return the query string with the option values that the selected variants share and other variants
    lack.
    """
    shared = [
        (f"option{place}", values[0])
        for place, values in enumerate(zip(*(one.values for one in own), strict=True), start=1)
        if len(set(values)) == 1 and any(one.values[place - 1] != values[0] for one in content.variants)
    ]
    return f"?{urlencode(shared)}" if shared else ""
