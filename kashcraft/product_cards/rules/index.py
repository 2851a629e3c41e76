"""The facet index of one catalogue version: who is where, and who answers to which filter.

A position is something that can be bought: a piece that stands alone, or one choice of a family. The choices
of a piece lie side by side, and the pieces newest first. A filter is the set of the
positions that answer to it, so that a size, a price and stock meet in one and the same choice; a piece stands
for the last of its positions (``Index.pieces``). An order is an array of pieces. Nothing else is kept but the
sixteen bytes of each piece's and each choice's id, so 10,000 pieces with a hundred filters take well under a
megabyte.
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
# A piece without scores stands where five scores of four would put it; each real score moves it from there.
PRIOR_COUNT, PRIOR_SCORE = 5, 4


class Buyable(NamedTuple):
    """One choice of a piece, or the piece itself: its price now in minor units, and whether it is there."""

    id: ProductId
    price: int
    in_stock: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """What the index needs to know of a piece; a piece that stands alone is its own only choice."""

    id: ProductId
    name: str
    choices: tuple[Buyable, ...]
    rating_count: int = 0
    rating_total: int = 0
    sold_count: int = 0
    published_at: datetime | None = None

    @property
    def price(self) -> int:
        """Return what its card asks: the price of the cheapest choice."""
        return min(choice.price for choice in self.choices)


@dataclass(frozen=True)
class Index:
    """The pieces of one catalogue version until ``valid_until``, when a sale starts or ends.

    Sets are sets of choices; ``ends`` and ``orders`` hold the positions that stand for pieces, ``prices``
    and ``by_price`` those of all choices. ``undivided`` are the filters that all choices of a piece share.
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
    shelves: Mapping[CategoryId, BitSet]

    def pieces(self, choices: BitSet) -> BitSet:
        """Return the pieces of which at least one choice is in the set, each as the last of its positions."""
        return choices.ends_of_groups(self.heads)

    def id_at(self, position: int) -> ProductId:
        """Return the id of the piece at a position."""
        place = bisect_left(self.ends, position) * 16
        return ProductId(UUID(bytes=self.ids[place : place + 16]))

    def position_of(self, product_id: ProductId) -> int | None:
        """Return the position that stands for a piece, or None for one that is not shown."""
        wanted = product_id.bytes
        place = bisect_left(self.by_id, wanted, key=lambda at: self.ids[at * 16 : at * 16 + 16])
        if place < len(self.by_id):
            at = self.by_id[place]
            if self.ids[at * 16 : at * 16 + 16] == wanted:
                return self.ends[at]
        return None

    def positions_of(self, product_ids: Iterable[ProductId]) -> list[int]:
        """Return the positions of those pieces that are shown, in the order asked for."""
        found = (self.position_of(product_id) for product_id in product_ids)
        return [position for position in found if position is not None]

    def whole(self, positions: Iterable[int]) -> BitSet:
        """Return all choices of the pieces at these positions."""
        runs = map(self._run, set(positions))
        return BitSet.of((place for run in runs for place in run), self.size)

    def choices_in(self, choices: BitSet, product_id: ProductId) -> tuple[ProductId, ...]:
        """Return the choices of a piece that are in the set, in their order."""
        last = self.position_of(product_id)
        if last is None:
            return ()
        return tuple(
            ProductId(UUID(bytes=self.variant_ids[place * 16 : place * 16 + 16]))
            for place in self._run(last)
            if place in choices
        )

    def _run(self, position: int) -> range:
        """Return the positions of all choices of the piece at a position."""
        place = bisect_left(self.ends, position)
        return range(self.ends[place - 1] + 1 if place else 0, self.ends[place] + 1)

    def priced(self, lowest: int | None, highest: int | None) -> BitSet:
        """Return the choices whose price lies within bounds, both included, in minor units."""
        start = bisect_left(self.prices, lowest) if lowest is not None else 0
        end = bisect_right(self.prices, highest) if highest is not None else self.size
        return BitSet.of(self.by_price[start:end], self.size)

    def shelf(self, shelf_id: CategoryId) -> BitSet:
        """Return the choices of the pieces on a shelf or below it."""
        return self.shelves.get(shelf_id) or self.nothing

    @cached_property
    def nothing(self) -> BitSet:
        """Return the set without choices."""
        return BitSet.of((), self.size)

    def shared_by(self, kind: str, position: int) -> list[BitSet]:
        """Return the sets of those values of one filter that the piece at a position answers to."""
        own = BitSet.run(self._run(position), self.size)
        return [one for one in self.filters.get(kind, {}).values() if one.meets(own)]

    def memory(self) -> int:
        """Return the bytes that the index holds, roughly."""
        sets = [self.everything, self.heads, self.in_stock, *self.shelves.values()]
        for values in self.filters.values():
            sets.extend(values.values())
        arrays = [self.ends, self.by_id, self.prices, self.by_price, *self.orders.values()]
        held = sum(one.memory() for one in sets)
        return held + len(self.ids) + len(self.variant_ids) + sum(len(one) * one.itemsize for one in arrays)


class IndexBuilder:
    """Collects pieces, their filters and their shelves, and makes the index of them."""

    def __init__(self, pieces: Iterable[Listed]) -> None:
        newest_first = sorted(pieces, key=lambda one: (one.published_at or _LONG_AGO, one.id), reverse=True)
        self.pieces = newest_first
        self._choices = [choice for one in newest_first for choice in one.choices]
        self._places: dict[ProductId, range] = {}
        self._is_part = bytearray(len(self._choices))
        self._divided: set[str] = set()
        start = 0
        for one in newest_first:
            for place, choice in enumerate(one.choices, start):
                self._places[choice.id] = range(place, place + 1)
                self._is_part[place] = len(one.choices) > 1
            self._places[one.id] = range(start, start := start + len(one.choices))
        self._filters: dict[str, dict[str, BitSetBuilder]] = {}
        self._spellings: dict[str, dict[str, dict[str, int]]] = {}
        self._shelves: dict[CategoryId, BitSetBuilder] = {}

    def answer(self, kind: str, value: str, product_id: ProductId) -> None:
        """Have a choice answer to the filter ``value`` of a kind, or a piece with all its choices.

        What its choices say for themselves comes first: a piece's value then adds nothing where one of them
        has it already. What is not shown is passed over.
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

    def shelve(self, shelf_id: CategoryId, product_id: ProductId) -> None:
        """Put a piece on a shelf; the shelves above it are told apart."""
        places = self._places.get(product_id)
        if places is not None:
            self._mark(self._shelves, shelf_id, places)

    def _mark(self, sets: dict[K, BitSetBuilder], key: K, places: range) -> None:
        held = sets.get(key)
        if held is None:
            held = sets[key] = BitSetBuilder(len(self._choices))
        if len(places) == 1 or not held.has_any(places):
            held.add(places)

    def build(self, version: int, serial: int, valid_until: datetime | None) -> Index:
        """Return the index."""
        pieces, choices, size = self.pieces, self._choices, len(self._choices)
        ends = array("I", (self._places[one.id].stop - 1 for one in pieces))
        by_price = sorted(range(size), key=lambda at: choices[at].price)
        return Index(
            version=version,
            serial=serial,
            valid_until=valid_until,
            size=size,
            everything=BitSet.full(size),
            heads=BitSet.of(ends, size),
            in_stock=BitSet.of((at for at, one in enumerate(choices) if one.in_stock), size),
            ids=b"".join(one.id.bytes for one in pieces),
            variant_ids=b"".join(one.id.bytes for one in choices),
            ends=ends,
            by_id=array("I", sorted(range(len(pieces)), key=lambda at: pieces[at].id.bytes)),
            orders=self._orders(ends),
            prices=array("q", (choices[at].price for at in by_price)),
            by_price=array("I", by_price),
            filters={kind: self._values(kind) for kind in self._filters},
            undivided=frozenset({"category", *(self._filters.keys() - self._divided)}),
            shelves={shelf: held.build() for shelf, held in self._shelves.items()},
        )

    def _values(self, kind: str) -> dict[str, BitSet]:
        """Return the values of a kind in their order, each as most products write it."""
        shown = {
            key: min(written.items(), key=lambda one: (-one[1], one[0]))[0]
            for key, written in self._spellings.get(kind, {}).items()
        }
        sets = self._filters[kind]
        return {shown[key]: sets[key].build() for key in sorted(shown)}

    def _orders(self, ends: array[int]) -> dict[str, array[int]]:
        pieces, everywhere = self.pieces, range(len(self.pieces))
        prices = [one.price for one in pieces]
        names = [(fold(one.name), one.name) for one in pieces]
        orders = {
            "new": everywhere,
            "price": sorted(everywhere, key=lambda at: prices[at]),
            "price-down": sorted(everywhere, key=lambda at: -prices[at]),
            "name": sorted(everywhere, key=lambda at: names[at]),
            "loved": sorted(everywhere, key=lambda at: loved(pieces[at]), reverse=True),
        }
        return {name: array("I", (ends[at] for at in order)) for name, order in orders.items()}


def loved(one: Listed) -> tuple[float, int]:
    """Return what the best-loved order goes by: the average score pulled towards the middle, then units
    sold.
    """
    score = (one.rating_total + PRIOR_COUNT * PRIOR_SCORE) / (one.rating_count + PRIOR_COUNT)
    return score, one.sold_count
