"""The facet index of one catalogue version: products, their variants, categories and filter values.

A position is a variant, or a product without options. The variants of a product have neighbouring positions.
A filter is the set of positions that match it, so that a size, a price and stock have to match in the same
variant. The last of its positions represents a product (``Index.products``). A sort order is an array of such
positions. Every product has a number, its place, by which the columns of products are read.

An index never changes. ``IndexDraft`` makes the next one from it, which shares what has not changed. Places
and positions of products that are no longer shown are in no set and no order until the index is built anew.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple, Protocol
from uuid import UUID

from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.text_folding import fold
from kashcraft.product_cards.rules.bitsets import BitSet

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# The place of a value that belongs to the page and not to one of its variants.
OF_PAGE = -1
# The kind of category sets, beside the kinds of filters.
CATEGORY = "category"
# How many of the products that share a value are compared.
MOST_SHARING = 60
ORDERS = ("new", "price", "price-down", "name", "loved")
# Every product starts with five scores of four, so that few real scores do not decide its rank.
PRIOR_COUNT, PRIOR_SCORE = 5, 4


class IndexedVariant(NamedTuple):
    """A variant in the index, or a product without options: its current price in minor units, and whether it
    is in stock.
    """

    id: ProductId
    price: int
    in_stock: bool


class IndexedValue(NamedTuple):
    """A filter value of a product: of the variant number ``variant``, or OF_PAGE."""

    kind: str
    value: str
    variant: int = OF_PAGE


class IndexedProduct(NamedTuple):
    """A product in the index; a product without options is its own only variant.

    ``category_ids`` are its own categories, without those above. ``changes_at`` is when a sale of it starts
    or ends next.
    """

    id: ProductId
    name: str
    variants: Sequence[IndexedVariant]
    rating_count: int = 0
    rating_total: int = 0
    sold_count: int = 0
    published_at: datetime | None = None
    values: tuple[IndexedValue, ...] = ()
    category_ids: tuple[CategoryId, ...] = ()
    changes_at: datetime | None = None

    @property
    def score(self) -> float:
        """Return the average score, pulled towards the prior."""
        return (self.rating_total + PRIOR_COUNT * PRIOR_SCORE) / (self.rating_count + PRIOR_COUNT)

    @property
    def published(self) -> int:
        """Return when the product was published as a number that sorts like the moment."""
        return ((self.published_at or _LONG_AGO) - _LONG_AGO) // _MICROSECOND


class ProductColumns(Protocol):
    """The columns of products by place, and prices by position."""

    @property
    def ids(self) -> bytes | bytearray:
        """Return the sixteen bytes of each product."""

    @property
    def ends(self) -> array[int]:
        """Return the last positions."""

    @property
    def published(self) -> array[int]:
        """Return the moments of publication."""

    @property
    def scores(self) -> array[float]:
        """Return the scores."""

    @property
    def sold(self) -> array[int]:
        """Return the units sold."""

    @property
    def names(self) -> bytes | bytearray:
        """Return the names, one after the other."""

    @property
    def name_ends(self) -> array[int]:
        """Return the ends of the names."""

    @property
    def price_at(self) -> array[int]:
        """Return the prices by position."""


def run_of(columns: ProductColumns, place: int) -> range:
    """Return the positions of all variants of the product at a place."""
    return range(columns.ends[place - 1] + 1 if place else 0, columns.ends[place] + 1)


def name_of(columns: ProductColumns, place: int) -> str:
    """Return the name of the product at a place."""
    start = columns.name_ends[place - 1] if place else 0
    return columns.names[start : columns.name_ends[place]].decode()


def price_of(columns: ProductColumns, place: int) -> int:
    """Return the price of the cheapest variant at a place in minor units, as its card shows it."""
    run = run_of(columns, place)
    return min(columns.price_at[run.start : run.stop])


def sort_key(columns: ProductColumns, order: str, place: int) -> tuple[object, ...]:
    """Return the key of a product in a sort order; of equal products the newer comes first."""
    number = int.from_bytes(columns.ids[place * 16 : place * 16 + 16], "big")
    newest = (-columns.published[place], -number)
    if order == "price":
        return (price_of(columns, place), *newest)
    if order == "price-down":
        return (-price_of(columns, place), *newest)
    if order == "name":
        name = name_of(columns, place)
        return (fold(name), name, *newest)
    if order == "loved":
        return (-columns.scores[place], -columns.sold[place], *newest)
    return newest


@dataclass(frozen=True)
class Index:
    """The products of one catalogue version until ``valid_until``, when a sale starts or ends.

    Sets contain positions of variants. ``ends`` has the last position of each place and ``heads`` those of
    the products that are shown, as a set. ``by_id`` contains places, ``orders`` last positions, ``by_price``
    all positions. ``undivided`` are the filters whose values all variants of a product share. ``direct`` are
    the products of each category, ``categories`` also those of the categories below it. ``written`` counts
    the spellings of each value by its folded form, and ``due`` has the next change of a price by place.
    """

    version: int
    serial: int
    size: int
    everything: BitSet
    heads: BitSet
    in_stock: BitSet
    ids: bytes
    variant_ids: bytes
    ends: array[int]
    published: array[int]
    scores: array[float]
    sold: array[int]
    names: bytes
    name_ends: array[int]
    values: Sequence[tuple[IndexedValue, ...]]
    price_at: array[int]
    by_id: array[int]
    by_price: array[int]
    orders: Mapping[str, array[int]]
    written: Mapping[str, Mapping[str, Mapping[str, int]]]
    filters: Mapping[str, Mapping[str, BitSet]]
    undivided: frozenset[str]
    direct: Mapping[CategoryId, BitSet]
    categories: Mapping[CategoryId, BitSet]
    due: Mapping[int, datetime]

    @cached_property
    def valid_until(self) -> datetime | None:
        """Return when a sale starts or ends next."""
        return min(self.due.values(), default=None)

    def due_at(self, now: datetime) -> list[ProductId]:
        """Return the products whose price has changed by ``now``."""
        if self.valid_until is None or now < self.valid_until:
            return []
        return [self._id(place) for place, moment in self.due.items() if moment <= now]

    @property
    def holes(self) -> int:
        """Return the number of positions that no product uses any more."""
        return self.size - len(self.everything)

    def products(self, variants: BitSet) -> BitSet:
        """Return the products of which at least one variant is in the set, each as its last position."""
        return variants.ends_of_groups(self.heads)

    def id_at(self, position: int) -> ProductId:
        """Return the id of the product at a position."""
        return self._id(bisect_left(self.ends, position))

    def place_of(self, product_id: ProductId) -> int | None:
        """Return the place of a product, None for one that is not shown."""
        wanted = product_id.bytes
        at = bisect_left(self.by_id, wanted, key=lambda place: self.ids[place * 16 : place * 16 + 16])
        if at < len(self.by_id):
            place = self.by_id[at]
            if self.ids[place * 16 : place * 16 + 16] == wanted:
                return place
        return None

    def position_of(self, product_id: ProductId) -> int | None:
        """Return the last position of a product, None for one that is not shown."""
        place = self.place_of(product_id)
        return None if place is None else self.ends[place]

    def positions_of(self, product_ids: Iterable[ProductId]) -> list[int]:
        """Return the last positions of those products that are shown, in the given order."""
        found = (self.position_of(product_id) for product_id in product_ids)
        return [position for position in found if position is not None]

    def newest_first(self, positions: Iterable[int]) -> list[int]:
        """Return last positions of products, the newest first."""
        return sorted(positions, key=lambda at: sort_key(self, "new", bisect_left(self.ends, at)))

    def whole(self, positions: Iterable[int]) -> BitSet:
        """Return all variants of the products at these positions."""
        runs = map(self._run, set(positions))
        return BitSet.of((place for run in runs for place in run), self.size)

    def variants_in(self, variants: BitSet, product_id: ProductId) -> tuple[ProductId, ...]:
        """Return the variants of a product that are in the set, in their order."""
        last = self.position_of(product_id)
        if last is None:
            return ()
        return tuple(
            ProductId(UUID(bytes=self.variant_ids[at * 16 : at * 16 + 16]))
            for at in self._run(last)
            if at in variants
        )

    def priced(self, lowest: int | None, highest: int | None) -> BitSet:
        """Return the variants whose price lies within the bounds, both included, in minor units."""
        price, order = self.price_at.__getitem__, self.by_price
        start = bisect_left(order, lowest, key=price) if lowest is not None else 0
        end = bisect_right(order, highest, key=price) if highest is not None else len(order)
        return BitSet.of(order[start:end], self.size)

    def in_category(self, category_id: CategoryId) -> BitSet:
        """Return the variants of the products in a category or its subcategories."""
        return self.categories.get(category_id) or self.nothing

    @cached_property
    def nothing(self) -> BitSet:
        """Return the set without variants."""
        return BitSet.of((), self.size)

    def newest_sharing(self, kind: str, position: int) -> list[Sequence[int]]:
        """Return the newest products of each value of a filter, or CATEGORY, that one product matches.

        All are last positions; of each value no more than MOST_SHARING.
        """
        own = BitSet.run(self._run(position), self.size)
        sets: Iterable[tuple[Hashable, BitSet]] = (
            self.categories.items() if kind == CATEGORY else self.filters.get(kind, {}).items()
        )
        return [self._newest_of(kind, value, one) for value, one in sets if one.meets(own)]

    def _newest_of(self, kind: str, value: Hashable, variants: BitSet) -> Sequence[int]:
        found = self._newest.get((kind, value))
        if found is None:
            found = array("I", self.products(variants).pick(self.orders["new"], 0, MOST_SHARING))
            self._newest[kind, value] = found
        return found

    @cached_property
    def _newest(self) -> dict[tuple[str, Hashable], array[int]]:
        return {}

    def is_in_stock(self, position: int) -> bool:
        """Return whether a variant of the product at a position is in stock."""
        return self.in_stock.meets(BitSet.run(self._run(position), self.size))

    def prices_of(self, product_id: ProductId) -> dict[ProductId, int]:
        """Return the current prices of the variants of a product in minor units, empty where it is not
        shown.
        """
        last = self.position_of(product_id)
        run = self._run(last) if last is not None else range(0)
        return {
            ProductId(UUID(bytes=self.variant_ids[at * 16 : at * 16 + 16])): self.price_at[at] for at in run
        }

    def is_published_after(self, product_id: ProductId, moment: datetime) -> bool:
        """Return whether a product that is shown was published after a moment."""
        place = self.place_of(product_id)
        return place is not None and self.published[place] > (moment - _LONG_AGO) // _MICROSECOND

    def memory(self) -> int:
        """Return the approximate size of the index in bytes."""
        sets = [self.everything, self.heads, self.in_stock, *self.direct.values(), *self.categories.values()]
        for values in self.filters.values():
            sets.extend(values.values())
        whole = [
            self.ends,
            self.published,
            self.sold,
            self.name_ends,
            self.price_at,
            self.by_id,
            self.by_price,
        ]
        columns = sum(len(one) * one.itemsize for one in [*whole, *self.orders.values()])
        columns += len(self.scores) * self.scores.itemsize
        texts = len(self.ids) + len(self.variant_ids) + len(self.names)
        valued = {id(one): sys.getsizeof(one) for one in self.values}
        due = sys.getsizeof(self.due) + 76 * len(self.due)
        held = sum({id(one): one.memory() for one in sets}.values())
        return held + columns + texts + 8 * len(self.values) + sum(valued.values()) + due

    def _id(self, place: int) -> ProductId:
        return ProductId(UUID(bytes=self.ids[place * 16 : place * 16 + 16]))

    def _run(self, position: int) -> range:
        return run_of(self, bisect_left(self.ends, position))
