"""The facet index of one catalogue version: who is where, and who answers to which filter.

Pieces are positions, newest first. A filter is one whole number whose bits are the pieces that answer to
it, an order is an array of positions; nothing else is kept per piece but the sixteen bytes of its id, so
10,000 pieces with a hundred filters take well under a megabyte.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from kashcraft.product_cards.rules.bitsets import bits_of, position_mask

K = TypeVar("K")

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
# A piece without scores stands where five scores of four would put it; each real score moves it from there.
PRIOR_COUNT, PRIOR_SCORE = 5, 4


@dataclass(frozen=True, slots=True)
class Listed:
    """What the index needs to know of a piece; ``price`` is what its card asks, in minor units."""

    id: UUID
    name: str
    price: int
    in_stock: bool
    rating_count: int = 0
    rating_total: int = 0
    sold_count: int = 0
    published_at: datetime | None = None


@dataclass(frozen=True)
class Index:
    """The pieces of one catalogue version until ``valid_until``, when a sale starts or ends."""

    version: int
    serial: int
    valid_until: datetime | None
    size: int
    everything: int
    in_stock: int
    ids: bytes
    by_id: array[int]
    orders: Mapping[str, array[int]]
    prices: array[int]
    filters: Mapping[str, Mapping[str, int]]
    shelves: Mapping[UUID, int]

    def id_at(self, position: int) -> UUID:
        """Return the id of the piece at a position."""
        return UUID(bytes=self.ids[position * 16 : position * 16 + 16])

    def position_of(self, product_id: UUID) -> int | None:
        """Return the position of a piece, or None for one that is not shown."""
        wanted = product_id.bytes
        place = bisect_left(self.by_id, wanted, key=lambda at: self.ids[at * 16 : at * 16 + 16])
        if place < self.size and self.ids[self.by_id[place] * 16 : self.by_id[place] * 16 + 16] == wanted:
            return self.by_id[place]
        return None

    def positions_of(self, product_ids: Iterable[UUID]) -> list[int]:
        """Return the positions of those pieces that are shown, in the order asked for."""
        found = (self.position_of(product_id) for product_id in product_ids)
        return [position for position in found if position is not None]

    def priced(self, lowest: int | None, highest: int | None) -> int:
        """Return the pieces whose price lies within bounds, both included, in minor units."""
        start = bisect_left(self.prices, lowest) if lowest is not None else 0
        end = bisect_right(self.prices, highest) if highest is not None else self.size
        return position_mask(self.orders["price"][start:end], self.size)

    def shelf(self, shelf_id: UUID) -> int:
        """Return the pieces on a shelf or below it."""
        return self.shelves.get(shelf_id, 0)

    def values_at(self, kind: str, position: int) -> list[str]:
        """Return the values of one filter that a piece answers to."""
        bit = 1 << position
        return [value for value, bits in self.filters[kind].items() if bits & bit]

    def memory(self) -> int:
        """Return the bytes that the index holds, roughly."""
        numbers = [self.everything, self.in_stock, *self.shelves.values()]
        for values in self.filters.values():
            numbers.extend(values.values())
        arrays = [self.by_id, self.prices, *self.orders.values()]
        held = sum(number.bit_length() // 7 for number in numbers)
        return held + len(self.ids) + sum(len(one) * one.itemsize for one in arrays)


class IndexBuilder:
    """Collects pieces, their filters and their shelves, and makes the index of them."""

    def __init__(self, pieces: Iterable[Listed]) -> None:
        newest_first = sorted(pieces, key=lambda one: (one.published_at or _LONG_AGO, one.id), reverse=True)
        self.pieces = newest_first
        self._places = {one.id: at for at, one in enumerate(newest_first)}
        self._filters: dict[str, dict[str, bytearray]] = {}
        self._shelves: dict[UUID, bytearray] = {}

    def answer(self, kind: str, value: str, product_id: UUID) -> None:
        """Have a piece answer to the filter ``value`` of a kind; a piece that is not shown is passed over."""
        self._mark(self._filters.setdefault(kind, {}), value, product_id)

    def shelve(self, shelf_id: UUID, product_id: UUID) -> None:
        """Put a piece on a shelf; the shelves above it are told apart."""
        self._mark(self._shelves, shelf_id, product_id)

    def _mark(self, sets: dict[K, bytearray], key: K, product_id: UUID) -> None:
        place = self._places.get(product_id)
        if place is not None:
            held = sets.get(key)
            if held is None:
                held = sets[key] = bytearray(len(self.pieces) // 8 + 1)
            held[place >> 3] |= 1 << (place & 7)

    def build(self, version: int, serial: int, valid_until: datetime | None) -> Index:
        """Return the index."""
        pieces, size = self.pieces, len(self.pieces)
        by_price = sorted(range(size), key=lambda at: pieces[at].price)
        return Index(
            version=version,
            serial=serial,
            valid_until=valid_until,
            size=size,
            everything=(1 << size) - 1,
            in_stock=bits_of((at for at, one in enumerate(pieces) if one.in_stock), size),
            ids=b"".join(one.id.bytes for one in pieces),
            by_id=array("I", sorted(range(size), key=lambda at: pieces[at].id.bytes)),
            orders=self._orders(by_price),
            prices=array("q", (pieces[at].price for at in by_price)),
            filters={
                kind: {value: int.from_bytes(held, "little") for value, held in sorted(values.items())}
                for kind, values in self._filters.items()
            },
            shelves={shelf: int.from_bytes(held, "little") for shelf, held in self._shelves.items()},
        )

    def _orders(self, by_price: list[int]) -> dict[str, array[int]]:
        pieces, everywhere = self.pieces, range(len(self.pieces))
        dearest = sorted(everywhere, key=lambda at: -pieces[at].price)
        by_name = sorted(everywhere, key=lambda at: pieces[at].name.casefold())
        most_loved = sorted(everywhere, key=lambda at: loved(pieces[at]), reverse=True)
        orders = {
            "new": everywhere, "price": by_price, "price-down": dearest, "name": by_name, "loved": most_loved,
        }  # fmt: skip
        return {name: array("I", order) for name, order in orders.items()}


def loved(one: Listed) -> tuple[float, int]:
    """Return what the best-loved order goes by: the average score pulled towards the middle, then units
    sold.
    """
    score = (one.rating_total + PRIOR_COUNT * PRIOR_SCORE) / (one.rating_count + PRIOR_COUNT)
    return score, one.sold_count
