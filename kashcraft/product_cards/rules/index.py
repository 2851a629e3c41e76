"""The facet index of one catalogue version: products, their variants, categories and filter values.

A position is a variant, or a product without options. The variants of a product have neighbouring positions,
and the newest product comes first. A filter is the set of positions that match it, so that a size, a price
and stock have to match in the same variant. The last of its positions represents a product
(``Index.products``). A sort order is an array of such positions. Besides sets and arrays the index stores the
sixteen bytes of each id: 10,000 products with a hundred filters take well under a megabyte.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple, TypeVar
from uuid import UUID

from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.text_folding import fold
from kashcraft.product_cards.rules.bitsets import BitSet, BitSetBuilder

K = TypeVar("K")

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
# Every product starts with five scores of four, so that few real scores do not decide its rank.
PRIOR_COUNT, PRIOR_SCORE = 5, 4


class IndexedVariant(NamedTuple):
    """A variant in the index, or a product without options: its current price in minor units, and whether it
    is in stock.
    """

    id: ProductId
    price: int
    in_stock: bool


@dataclass(frozen=True, slots=True)
class IndexedProduct:
    """A product in the index; a product without options is its own only variant."""

    id: ProductId
    name: str
    variants: tuple[IndexedVariant, ...]
    rating_count: int = 0
    rating_total: int = 0
    sold_count: int = 0
    published_at: datetime | None = None

    @property
    def price(self) -> int:
        """Return the price of the cheapest variant in minor units, as its card shows it."""
        return min(variant.price for variant in self.variants)


@dataclass(frozen=True)
class Index:
    """The products of one catalogue version until ``valid_until``, when a sale starts or ends.

    Sets contain positions of variants. ``ends`` and ``orders`` contain the last position of each product,
    ``heads`` the same as a set. ``prices`` and ``by_price`` cover all variants. ``undivided`` are the filters
    whose values all variants of a product share.
    """

    version: int
    serial: int
    valid_until: datetime | None
    size: int
    everything: BitSet
    heads: BitSet
    in_stock: BitSet
    ids: bytes
    variant_ids: bytes
    ends: array[int]
    by_id: array[int]
    orders: Mapping[str, array[int]]
    prices: array[int]
    by_price: array[int]
    filters: Mapping[str, Mapping[str, BitSet]]
    undivided: frozenset[str]
    categories: Mapping[CategoryId, BitSet]

    def products(self, variants: BitSet) -> BitSet:
        """Return the products of which at least one variant is in the set, each as its last position."""
        return variants.ends_of_groups(self.heads)

    def id_at(self, position: int) -> ProductId:
        """Return the id of the product at a position."""
        place = bisect_left(self.ends, position) * 16
        return ProductId(UUID(bytes=self.ids[place : place + 16]))

    def position_of(self, product_id: ProductId) -> int | None:
        """Return the last position of a product, None for one that is not shown."""
        wanted = product_id.bytes
        place = bisect_left(self.by_id, wanted, key=lambda at: self.ids[at * 16 : at * 16 + 16])
        if place < len(self.by_id):
            at = self.by_id[place]
            if self.ids[at * 16 : at * 16 + 16] == wanted:
                return self.ends[at]
        return None

    def positions_of(self, product_ids: Iterable[ProductId]) -> list[int]:
        """Return the last positions of those products that are shown, in the given order."""
        found = (self.position_of(product_id) for product_id in product_ids)
        return [position for position in found if position is not None]

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
            ProductId(UUID(bytes=self.variant_ids[place * 16 : place * 16 + 16]))
            for place in self._run(last)
            if place in variants
        )

    def _run(self, position: int) -> range:
        """Return the positions of all variants of the product at a position."""
        place = bisect_left(self.ends, position)
        return range(self.ends[place - 1] + 1 if place else 0, self.ends[place] + 1)

    def priced(self, lowest: int | None, highest: int | None) -> BitSet:
        """Return the variants whose price lies within the bounds, both included, in minor units."""
        start = bisect_left(self.prices, lowest) if lowest is not None else 0
        end = bisect_right(self.prices, highest) if highest is not None else self.size
        return BitSet.of(self.by_price[start:end], self.size)

    def in_category(self, category_id: CategoryId) -> BitSet:
        """Return the variants of the products in a category or its subcategories."""
        return self.categories.get(category_id) or self.nothing

    @cached_property
    def nothing(self) -> BitSet:
        """Return the set without variants."""
        return BitSet.of((), self.size)

    def shared_by(self, kind: str, position: int) -> list[BitSet]:
        """Return the sets of those values of one filter that the product at a position matches."""
        own = BitSet.run(self._run(position), self.size)
        return [one for one in self.filters.get(kind, {}).values() if one.meets(own)]

    def memory(self) -> int:
        """Return the approximate size of the index in bytes."""
        sets = [self.everything, self.heads, self.in_stock, *self.categories.values()]
        for values in self.filters.values():
            sets.extend(values.values())
        arrays = [self.ends, self.by_id, self.prices, self.by_price, *self.orders.values()]
        held = sum(one.memory() for one in sets)
        return held + len(self.ids) + len(self.variant_ids) + sum(len(one) * one.itemsize for one in arrays)


class IndexBuilder:
    """Collects products with their filters and categories and builds their index."""

    def __init__(self, products: Iterable[IndexedProduct]) -> None:
        newest_first = sorted(products, key=lambda one: (one.published_at or _LONG_AGO, one.id), reverse=True)
        self.products = newest_first
        self._variants = [variant for one in newest_first for variant in one.variants]
        self._places: dict[ProductId, range] = {}
        self._is_part = bytearray(len(self._variants))
        self._divided: set[str] = set()
        start = 0
        for one in newest_first:
            for place, variant in enumerate(one.variants, start):
                self._places[variant.id] = range(place, place + 1)
                self._is_part[place] = len(one.variants) > 1
            self._places[one.id] = range(start, start := start + len(one.variants))
        self._filters: dict[str, dict[str, BitSetBuilder]] = {}
        self._spellings: dict[str, dict[str, dict[str, int]]] = {}
        self._categories: dict[CategoryId, BitSetBuilder] = {}

    def add_value(self, kind: str, value: str, product_id: ProductId) -> None:
        """Add a filter value of a kind to a variant, or to all variants of a product.

        Values of variants have to be added before those of their product: a product's value is ignored where
        one of its variants has it. Products that are not shown are ignored.
        """
        places = self._places.get(product_id)
        if places is None:
            return
        key = fold(value)
        self._mark(self._filters.setdefault(kind, {}), key, places)
        written = self._spellings.setdefault(kind, {}).setdefault(key, {})
        written[value] = written.get(value, 0) + 1
        if len(places) == 1 and self._is_part[places.start]:
            self._divided.add(kind)

    def add_to_category(self, category_id: CategoryId, product_id: ProductId) -> None:
        """Add a product to a category; the caller adds it to the parent categories as well."""
        places = self._places.get(product_id)
        if places is not None:
            self._mark(self._categories, category_id, places)

    def _mark(self, sets: dict[K, BitSetBuilder], key: K, places: range) -> None:
        held = sets.get(key)
        if held is None:
            held = sets[key] = BitSetBuilder(len(self._variants))
        if len(places) == 1 or not held.has_any(places):
            held.add(places)

    def build(self, version: int, serial: int, valid_until: datetime | None) -> Index:
        """Return the index."""
        products, variants, size = self.products, self._variants, len(self._variants)
        ends = array("I", (self._places[one.id].stop - 1 for one in products))
        by_price = sorted(range(size), key=lambda at: variants[at].price)
        return Index(
            version=version,
            serial=serial,
            valid_until=valid_until,
            size=size,
            everything=BitSet.full(size),
            heads=BitSet.of(ends, size),
            in_stock=BitSet.of((at for at, one in enumerate(variants) if one.in_stock), size),
            ids=b"".join(one.id.bytes for one in products),
            variant_ids=b"".join(one.id.bytes for one in variants),
            ends=ends,
            by_id=array("I", sorted(range(len(products)), key=lambda at: products[at].id.bytes)),
            orders=self._orders(ends),
            prices=array("q", (variants[at].price for at in by_price)),
            by_price=array("I", by_price),
            filters={kind: self._values(kind) for kind in self._filters},
            undivided=frozenset({"category", *(self._filters.keys() - self._divided)}),
            categories={category: held.build() for category, held in self._categories.items()},
        )

    def _values(self, kind: str) -> dict[str, BitSet]:
        """Return the values of a kind in their order, each in its most frequent spelling."""
        shown = {
            key: min(written.items(), key=lambda one: (-one[1], one[0]))[0]
            for key, written in self._spellings.get(kind, {}).items()
        }
        sets = self._filters[kind]
        return {shown[key]: sets[key].build() for key in sorted(shown)}

    def _orders(self, ends: array[int]) -> dict[str, array[int]]:
        products, everywhere = self.products, range(len(self.products))
        prices = [one.price for one in products]
        names = [(fold(one.name), one.name) for one in products]
        orders = {
            "new": everywhere,
            "price": sorted(everywhere, key=lambda at: prices[at]),
            "price-down": sorted(everywhere, key=lambda at: -prices[at]),
            "name": sorted(everywhere, key=lambda at: names[at]),
            "loved": sorted(everywhere, key=lambda at: popularity(products[at]), reverse=True),
        }
        return {name: array("I", (ends[at] for at in order)) for name, order in orders.items()}


def popularity(one: IndexedProduct) -> tuple[float, int]:
    """Return the sort key of the order "loved": the average score, pulled towards the prior, then the units
    sold.
    """
    score = (one.rating_total + PRIOR_COUNT * PRIOR_SCORE) / (one.rating_count + PRIOR_COUNT)
    return score, one.sold_count
