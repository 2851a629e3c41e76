"""The next facet index: a new one, or one that follows changes of single products."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.text_folding import fold
from kashcraft.product_cards.rules.bitsets import BitSet
from kashcraft.product_cards.rules.index import (
    OF_PAGE,
    ORDERS,
    Index,
    IndexedProduct,
    IndexedValue,
    name_of,
    price_of,
    run_of,
    sort_key,
)

# Up to this many changed products are taken out of the orders and put into them one by one.
FEW_CHANGES = 100
Below = Mapping[CategoryId, Sequence[CategoryId]]


class IndexDraft:
    """A new index, or the next one after ``base``, which stays as it is.

    ``put`` adds a product or replaces it, ``remove`` takes it out, each product once; ``finish`` returns the
    index.
    """

    def __init__(self, base: Index | None = None) -> None:
        """Start with no products, or with those of ``base``."""
        self._base = base
        self.ids, self.variant_ids = bytearray(base.ids if base else b""), bytearray()
        self.variant_ids += base.variant_ids if base else b""
        self.ends = array("I", base.ends if base else ())
        self.published = array("q", base.published if base else ())
        self.scores = array("d", base.scores if base else ())
        self.sold = array("q", base.sold if base else ())
        self.names = bytearray(base.names if base else b"")
        self.name_ends = array("I", base.name_ends if base else ())
        self.price_at = array("q", base.price_at if base else ())
        self._values = list(base.values if base else ())
        self._known: dict[tuple[IndexedValue, ...], tuple[IndexedValue, ...]] = {}
        self._due = dict(base.due if base else {})
        self._written = {
            kind: {key: dict(spellings) for key, spellings in keys.items()}
            for kind, keys in (base.written if base else {}).items()
        }
        self._divided = set(base.filters) - base.undivided if base else set()
        # Places that lose their entries in sets and orders, and places that get new ones.
        self._cleared: list[int] = []
        self._filled: list[int] = []
        self._marks: dict[tuple[str, str], array[int]] = defaultdict(lambda: array("I"))
        self._members: dict[CategoryId, array[int]] = defaultdict(lambda: array("I"))
        self._stocked = array("I")

    def put(self, product: IndexedProduct) -> None:
        """Add a product, or replace the one with its id."""
        place = self._base.place_of(product.id) if self._base else None
        if place is not None:
            self._clear(place)
            if self._fits(place, product):
                self._fill(place, product)
                return
        if not product.variants:
            return
        place = len(self.ends)
        self.ids += product.id.bytes
        for variant in product.variants:
            self.variant_ids += variant.id.bytes
        self.ends.append((self.ends[-1] if self.ends else -1) + len(product.variants))
        self.names += product.name.encode()
        self.name_ends.append(len(self.names))
        self.published.append(0)
        self.scores.append(0)
        self.sold.append(0)
        self.price_at.extend(variant.price for variant in product.variants)
        self._values.append(())
        self._fill(place, product)

    def remove(self, product_id: ProductId) -> None:
        """Take a product out; one that is not in the index is ignored."""
        place = self._base.place_of(product_id) if self._base else None
        if place is not None:
            self._clear(place)

    def _fits(self, place: int, product: IndexedProduct) -> bool:
        """Return whether a product has the same variants and name as before."""
        run = run_of(self, place)
        variants = b"".join(variant.id.bytes for variant in product.variants)
        return (
            variants == self.variant_ids[run.start * 16 : run.stop * 16]
            and name_of(self, place) == product.name
        )

    def _clear(self, place: int) -> None:
        self._cleared.append(place)
        self._due.pop(place, None)
        for kind, value, _ in self._values[place]:
            key = fold(value)
            spellings = self._written[kind][key]
            spellings[value] -= 1
            if not spellings[value]:
                del spellings[value]
            if not spellings:
                del self._written[kind][key]
        self._values[place] = ()

    def _fill(self, place: int, product: IndexedProduct) -> None:
        run = run_of(self, place)
        self._filled.append(place)
        self.published[place], self.scores[place] = product.published, product.score
        self.sold[place] = product.sold_count
        for at, variant in zip(run, product.variants, strict=True):
            self.price_at[at] = variant.price
            if variant.in_stock:
                self._stocked.append(at)
        if product.changes_at is not None:
            self._due[place] = product.changes_at
        for category_id in product.category_ids:
            self._members[category_id].extend(run)
        if product.values:
            self._values[place] = self._known.setdefault(product.values, product.values)
            self._mark(run, product.values)

    def _mark(self, run: range, values: Sequence[IndexedValue]) -> None:
        """Mark the filter values of a product. A value of its page is ignored where a variant has it."""
        own: dict[tuple[str, str], set[int]] = {}
        for kind, value, variant in values:
            key = fold(value)
            spellings = self._written.setdefault(kind, {}).setdefault(key, {})
            spellings[value] = spellings.get(value, 0) + 1
            if variant != OF_PAGE:
                own.setdefault((kind, key), set()).add(run.start + variant)
                if len(run) > 1:
                    self._divided.add(kind)
        for kind, value, variant in values:
            marked = (kind, fold(value))
            if variant == OF_PAGE and marked not in own:
                own[marked] = set(run)
        for marked, positions in own.items():
            self._marks[marked].extend(positions)

    def finish(self, version: int, serial: int, below: Below | None = None) -> Index:
        """Return the index. ``below`` has each category with those below it, itself included; without it
        every category stands alone.
        """
        size = len(self.price_at)
        # Places and runs of products never change.
        gone = BitSet.of((at for place in self._cleared for at in run_of(self, place)), size)
        filled = array("I", (at for place in self._filled for at in run_of(self, place)))
        last = [self.ends[place] for place in self._filled]
        base, empty = self._base, BitSet.of((), 0)
        direct = self._direct(gone, size)
        return Index(
            version=version,
            serial=serial,
            size=size,
            everything=(base.everything if base else empty).changed(gone, filled, size),
            heads=(base.heads if base else empty).changed(gone, last, size),
            in_stock=(base.in_stock if base else empty).changed(gone, self._stocked, size),
            ids=bytes(self.ids),
            variant_ids=bytes(self.variant_ids),
            ends=self.ends,
            published=self.published,
            scores=self.scores,
            sold=self.sold,
            names=bytes(self.names),
            name_ends=self.name_ends,
            values=self._values,
            price_at=self.price_at,
            by_id=self._by_id(),
            by_price=self._by_price(gone, filled),
            orders=self._orders(),
            written={kind: keys for kind, keys in self._written.items() if keys},
            filters={kind: self._filter(kind, gone, size) for kind, keys in self._written.items() if keys},
            undivided=frozenset({"category", *(self._written.keys() - self._divided)}),
            direct=direct,
            categories=direct if below is None else _with_those_below(direct, below, size),
            due=self._due,
        )

    def _filter(self, kind: str, gone: BitSet, size: int) -> dict[str, BitSet]:
        """Return the values of a kind in their order, each in its most frequent spelling."""
        known = self._base.filters.get(kind, {}) if self._base else {}
        before = {fold(value): variants for value, variants in known.items()}
        nothing, found = BitSet.of((), size), {}
        for key, spellings in sorted(self._written[kind].items()):
            shown = min(spellings.items(), key=lambda one: (-one[1], one[0]))[0]
            found[shown] = before.get(key, nothing).changed(gone, self._marks.get((kind, key), ()), size)
        return found

    def _direct(self, gone: BitSet, size: int) -> dict[CategoryId, BitSet]:
        known = self._base.direct if self._base else {}
        nothing = BitSet.of((), size)
        found = {
            category_id: known.get(category_id, nothing).changed(
                gone, self._members.get(category_id, ()), size
            )
            for category_id in {**known, **self._members}
        }
        return {category_id: variants for category_id, variants in found.items() if variants}

    def _few(self) -> bool:
        return self._base is not None and len(self._cleared) + len(self._filled) <= FEW_CHANGES

    def _by_id(self) -> array[int]:
        def id_of(place: int) -> bytes:
            return bytes(self.ids[place * 16 : place * 16 + 16])

        removed = set(self._cleared) - set(self._filled)
        added = [place for place in self._filled if self._base is None or place >= len(self._base.ends)]
        base = self._base.by_id if self._base else ()
        if not self._few():
            left = [place for place in base if place not in removed]
            return array("I", sorted([*left, *added], key=id_of))
        order = array("I", base)
        for place in removed:
            del order[bisect_left(order, id_of(place), key=id_of)]
        for place in added:
            order.insert(bisect_left(order, id_of(place), key=id_of), place)
        return order

    def _by_price(self, gone: BitSet, filled: Iterable[int]) -> array[int]:
        price, base = self.price_at.__getitem__, self._base
        if base is None or not self._few():
            left = (
                [at for at in (base.by_price if base else ()) if at not in gone]
                if gone
                else (base.by_price if base else ())
            )
            return array("I", sorted([*left, *filled], key=price))
        order, old = array("I", base.by_price), base.price_at.__getitem__
        places = []
        for at in gone:
            first = bisect_left(order, old(at), key=old)
            places.append(order.index(at, first, bisect_right(order, old(at), lo=first, key=old)))
        for place in sorted(places, reverse=True):
            del order[place]
        for at in filled:
            order.insert(bisect_left(order, price(at), key=price), at)
        return order

    def _orders(self) -> dict[str, array[int]]:
        if self._base is None or not self._few():
            return self._sorted_anew()
        return {name: self._moved(name, self._base) for name in ORDERS}

    def _moved(self, name: str, base: Index) -> array[int]:
        """Return an order of ``base`` with the changed products at their new places in it."""

        def key_of(columns: Index | IndexDraft, position: int) -> tuple[object, ...]:
            return sort_key(columns, name, bisect_left(columns.ends, position))

        filled_again = set(self._filled)
        still = {
            place
            for place in self._cleared
            if place in filled_again and sort_key(base, name, place) == sort_key(self, name, place)
        }
        cleared = [place for place in self._cleared if place not in still]
        filled = [place for place in self._filled if place not in still]
        order = base.orders[name]
        if not cleared and not filled:
            return order
        places = [
            bisect_left(order, sort_key(base, name, place), key=lambda at: key_of(base, at))
            for place in cleared
        ]
        order = array("I", order)
        for place in sorted(places, reverse=True):
            del order[place]
        for place in filled:
            at = bisect_left(order, sort_key(self, name, place), key=lambda at: key_of(self, at))
            order.insert(at, self.ends[place])
        return order

    def _sorted_anew(self) -> dict[str, array[int]]:
        hidden = set(self._cleared) - set(self._filled)
        shown = [bisect_left(self.ends, at) for at in self._base.orders["new"]] if self._base else []
        places = sorted({*shown, *self._filled} - hidden)
        ids = self.ids
        prices = {place: price_of(self, place) for place in places}
        names = {place: name_of(self, place) for place in places}
        folded = {place: (fold(name), name) for place, name in names.items()}
        loved = {place: (self.scores[place], self.sold[place]) for place in places}
        newest = {place: (self.published[place], ids[place * 16 : place * 16 + 16]) for place in places}
        # Sorting keeps the order of equals, also in reverse, so of equal products the newer comes first.
        new = sorted(places, key=newest.__getitem__, reverse=True)
        orders = {
            "new": new,
            "price": sorted(new, key=prices.__getitem__),
            "price-down": sorted(new, key=prices.__getitem__, reverse=True),
            "name": sorted(new, key=folded.__getitem__),
            "loved": sorted(new, key=loved.__getitem__, reverse=True),
        }
        return {name: array("I", map(self.ends.__getitem__, order)) for name, order in orders.items()}


def _with_those_below(
    direct: Mapping[CategoryId, BitSet], below: Below, size: int
) -> dict[CategoryId, BitSet]:
    found = {}
    for category_id, included in below.items():
        sets = [direct[one] for one in included if one in direct]
        if len(sets) == 1:
            found[category_id] = sets[0]
        elif sets:
            found[category_id] = BitSet.union(sets, size)
    return found


def build_index(
    products: Iterable[IndexedProduct], version: int = 1, serial: int = 1, below: Below | None = None
) -> Index:
    """Return the index of some products, in any order."""
    draft = IndexDraft()
    for product in products:
        draft.put(product)
    return draft.finish(version, serial, below)
