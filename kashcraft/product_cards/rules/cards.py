"""A piece in a few words: what it costs at a moment, whether it is there, how it looks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import urlencode

from kashcraft.catalogue.rules import price_now, product_path
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.inventory.rules import free_of_product

# From how many units down a page says how many are left.
FEW = 3
NEW_FOR = timedelta(days=30)
# Between the pictures of a piece, and between the parts of one, where a statement brings them as one text.
PICTURE_END = "\x1e"
PART_END = "\x1f"


@dataclass(frozen=True)
class Picture:
    """A picture as templates show it; the largest file is ``width`` by ``height`` pixels.

    Files wider than ``shown_up_to`` are for looking closely, and are fetched when somebody does. ``square``
    are the widths of the square that narrow screens show in its place, where there is one.
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
        """Return the address for browsers that choose for themselves: WebP of a middle width."""
        return f"/media/{self.stem}-{self.widths[len(self.widths) // 2]}.webp"

    @property
    def largest(self) -> str:
        """Return the address of the largest file."""
        return f"/media/{self.stem}-{self.widths[-1]}.webp"

    def srcset(self, kind: str) -> str:
        """Return the widths that pages show in one format (avif, webp), the least there is at any rate."""
        return self._srcsets[0 if kind == "avif" else 1]

    def square_srcset(self, kind: str) -> str:
        """Return the widths of the square in one format, empty without one."""
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
    """Return the pictures that a statement brought as one text (stem, width, height, widths, alt of each)."""
    if not text:
        return ()
    pictures = []
    for line in text.split(PICTURE_END):
        stem, width, height, widths, alt = line.split(PART_END)
        steps = tuple(map(int, widths.split()))
        pictures.append(Picture(stem, int(width), int(height), steps, alt or fallback_alt))
    return tuple(pictures)


class Sellable(NamedTuple):
    """Something that can be bought, at a moment: amounts are minor units, ``regular`` is the price without
    a sale. ``held_until`` is when the first of those ends who are paying for more of it.
    """

    id: ProductId
    price: int
    regular: int
    free: int
    weight_grams: int = 0
    one_of_a_kind: bool = False
    sku: str = ""
    values: tuple[str, ...] = ()
    held_until: datetime | None = None
    most_per_order: int | None = None

    @property
    def is_held(self) -> bool:
        """Return whether none is free only because somebody is paying for it."""
        return self.free <= 0 and self.held_until is not None

    @property
    def on_sale(self) -> bool:
        """Return whether it costs less than usual."""
        return self.price < self.regular


class Card(NamedTuple):
    """What a list shows of a piece; ``buyable_id`` is what can be put into a cart at once, if anything."""

    product_id: ProductId
    buyable_id: ProductId | None
    name: str
    url: str
    picture: Picture | None
    second_picture: Picture | None
    category_name: str
    choices_note: str
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
    """What has a price: the regular one, and one of a sale with its times, in minor units."""

    @property
    def price(self) -> int:
        """Return the regular price."""

    @property
    def sale_price(self) -> int | None:
        """Return the price of a sale, None without one."""

    @property
    def sale_starts_at(self) -> datetime | None:
        """Return when the sale starts, None where it always ran."""

    @property
    def sale_ends_at(self) -> datetime | None:
        """Return when the sale ends, None where it never does."""


P = TypeVar("P", bound=HasPrice)


def cheapest_of(sold: Sequence[P], now: datetime) -> tuple[P, int, bool]:
    """Return what of ``sold`` costs least at ``now`` (the first of equals), that price, and whether others
    cost more. Raises ValueError where nothing is sold.
    """
    prices = [price_now(one.price, one.sale_price, one.sale_starts_at, one.sale_ends_at, now) for one in sold]
    least = min(prices)
    return sold[prices.index(least)], least, prices.count(least) != len(prices)


def next_boundary(moments: Iterable[datetime | None], now: datetime) -> datetime | None:
    """Return the first moment after ``now`` at which a sale starts or ends."""
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def stock_state(free: int, *, is_held: bool = False) -> str:
    """Return how a page speaks of ``free`` units: sold_out, held, low or in_stock.

    ``is_held`` says that somebody is paying for what is not free, so that it is not sold yet.
    """
    if free <= 0:
        return "held" if is_held else "sold_out"
    return "low" if free <= FEW else "in_stock"


class Piece(NamedTuple):
    """What can be bought on a page, with its prices at any moment; what is not stocked is never sold out.

    ``values`` are its options in their order, ``pictures`` those that show it and not its whole family.
    """

    id: ProductId
    price: int
    sale_price: int | None
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    is_stocked: bool
    one_of_a_kind: bool = False
    values: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


class Face(NamedTuple):
    """What a card says as long as the catalogue stays as it is: all but the price and the stock of now."""

    product_id: ProductId
    name: str
    url: str
    picture: Picture | None
    second_picture: Picture | None
    category_name: str
    choices_note: str
    currency: str
    rating_average: float | None
    rating_count: int
    published_at: datetime | None
    pieces: tuple[Piece, ...]


class FaceRow(Protocol):
    """The row of a page as its card needs it; ``pictures`` is a text for ``read_pictures``."""

    id: ProductId
    name: str
    slug: str
    option_names: list[str]
    currency: str
    rating_count: int
    rating_total: int
    published_at: datetime | None
    pictures: str | None


def face_of(row: FaceRow, pieces: Sequence[Piece], category_name: str, choices_note: str = "") -> Face:
    """Return the face of a page row (name, slug, ratings, pictures as text) with what can be bought of it;
    ``choices_note`` says in words how many choices that is.
    """
    pictures, count = read_pictures(row.pictures, row.name), row.rating_count
    return Face(
        product_id=row.id,
        name=row.name,
        url=product_path(row.slug),
        picture=pictures[0] if pictures else None,
        second_picture=pictures[1] if len(pictures) > 1 else None,
        category_name=category_name,
        choices_note=choices_note,
        currency=row.currency,
        rating_average=row.rating_total / count if count else None,
        rating_count=count,
        published_at=row.published_at,
        pieces=tuple(pieces),
    )


def build_card(
    face: Face,
    free: Mapping[ProductId, int],
    now: datetime,
    meant: Sequence[ProductId] = (),
    held: Collection[ProductId] = (),
) -> Card:
    """Return the card of a face at ``now``, where ``free`` are the units of each stocked piece, else none,
    and ``held`` those of which somebody is paying for the last one.

    It shows those choices that are ``meant``, where not all of them are, and leads to them.
    """
    by_id = {one.id: one for one in face.pieces}
    own = [by_id[one] for one in meant if one in by_id]
    picture, second = _shown(face, own)
    cheapest, least, price_from = cheapest_of(face.pieces, now)
    available = sum([free_of_product(free.get(one.id), is_stocked=one.is_stocked) for one in face.pieces])
    return Card(
        product_id=face.product_id,
        buyable_id=cheapest.id if len(face.pieces) == 1 else None,
        name=face.name,
        url=face.url + _options_of(face, own),
        picture=picture,
        second_picture=second,
        category_name=face.category_name,
        choices_note=face.choices_note,
        price=Money(least, face.currency),
        compare_at=Money(cheapest.price, face.currency) if least < cheapest.price else None,
        price_from=price_from,
        rating_average=face.rating_average,
        rating_count=face.rating_count,
        state=stock_state(available, is_held=any(one.id in held for one in face.pieces)),
        available=available,
        is_new=face.published_at is not None and now - face.published_at < NEW_FOR,
        one_of_a_kind=available <= len(face.pieces) and all(one.one_of_a_kind for one in face.pieces),
    )


def _shown(face: Face, own: Sequence[Piece]) -> tuple[Picture | None, Picture | None]:
    """Return the pictures of the first choice that is meant and has some, else those of the whole face."""
    tied = next((one.pictures for one in own if one.pictures), ())
    if not tied or len(own) == len(face.pieces):
        return face.picture, face.second_picture
    return tied[0], tied[1] if len(tied) > 1 else None


def _options_of(face: Face, own: Sequence[Piece]) -> str:
    """Return what the address of the page says of the choices that are meant: the options they share and
    others do not.
    """
    shared = [
        (f"option{place}", values[0])
        for place, values in enumerate(zip(*(one.values for one in own), strict=True), start=1)
        if len(set(values)) == 1 and any(one.values[place - 1] != values[0] for one in face.pieces)
    ]
    return f"?{urlencode(shared)}" if shared else ""
