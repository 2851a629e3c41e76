"""A list of pieces: which match, in which order, and how many each further filter would leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import compress
from operator import and_

from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.product_cards.rules.bitsets import BitSet
from kashcraft.product_cards.rules.index import Index

SORTS = ("new", "loved", "price", "price-down", "name")
FACETS = ("category", "material", "colour", "size", "rating", "stock")
# By what somebody filters who has a choice in mind: a list then shows that choice of each piece.
TELLING = ("colour", "size")
# "4 and up" and so on.
RATINGS = (4, 3)


@dataclass(frozen=True)
class Selection:
    """What somebody asks of a list.

    Values of one facet widen the list, facets narrow it, and all of them hold for one and the same choice of
    a piece. ``shelf_id`` and ``only`` (ids, say of a search) bound the whole list; prices are minor units,
    bounds included.
    """

    shelf_id: CategoryId | None = None
    only: tuple[ProductId, ...] | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_from: int | None = None
    price_to: int | None = None
    sort: str = "new"
    page: int = 1

    def without(self, facet: str, value: str) -> Selection:
        """Return the selection with one value less, from its first page."""
        left = tuple(one for one in self.chosen.get(facet, ()) if one != value)
        chosen = {name: values for name, values in {**self.chosen, facet: left}.items() if values}
        return Selection(self.shelf_id, self.only, chosen, self.price_from, self.price_to, self.sort)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value of a facet, and how many pieces of the list it would hold beside the other facets."""

    value: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Result:
    """The answer: how many pieces match, those of the page, and the facets; ``lowest`` to ``highest``
    bounds prices. ``meant`` are the choices that match of each piece of the page, where the list is filtered
    by what tells choices apart.
    """

    total: int
    ids: Sequence[ProductId]
    facets: Mapping[str, Sequence[FacetCount]]
    lowest: int
    highest: int
    meant: Mapping[ProductId, tuple[ProductId, ...]] = field(default_factory=dict)


def run_selection(
    index: Index,
    selection: Selection,
    shelf_ids: Mapping[str, CategoryId],
    size: int,
    *,
    ranked: bool = False,
) -> Result:
    """Return what ``selection`` finds in ``index``, ``size`` pieces a page.

    ``shelf_ids`` are the shelves of the category facet by slug. With ``ranked`` the list keeps the order of
    ``selection.only`` as long as no sort is asked for.
    """
    bounds = _bounds(index, selection)
    offered = _offered(index, shelf_ids)
    narrowed = {
        facet: _either(index, offered[facet], selection.chosen[facet])
        for facet in FACETS
        if selection.chosen.get(facet)
    }
    if selection.price_from is not None or selection.price_to is not None:
        narrowed["price"] = index.priced(selection.price_from, selection.price_to)
    choices = reduce(and_, narrowed.values(), bounds)
    matching = index.pieces(choices)
    facets = {}
    for facet in FACETS:
        beside = bounds
        for other, choices_of_other in narrowed.items():
            if other != facet:
                beside &= choices_of_other
        facets[facet] = _counts(index, facet, offered[facet], bounds, beside, selection)
    positions = _page(index, selection, matching, size, ranked=ranked)
    lowest, highest = _price_range(index, bounds)
    ids = [index.id_at(at) for at in positions]
    told = any(facet in narrowed for facet in TELLING)
    meant = {one: index.choices_in(choices, one) for one in ids} if told else {}
    return Result(len(matching), ids, facets, lowest, highest, meant)


def _page(index: Index, selection: Selection, matching: BitSet, size: int, *, ranked: bool) -> Sequence[int]:
    """Return the positions on the page that ``selection`` asks for, in its order."""
    first = (selection.page - 1) * size
    if ranked and selection.only is not None:
        known = index.positions_of(selection.only)
        return [at for at in known if at in matching][first : first + size]
    return matching.pick(index.orders.get(selection.sort, index.orders["new"]), first, size)


def similar_to(index: Index, product_id: ProductId, count: int) -> list[ProductId]:
    """Return up to ``count`` pieces that share most with one: shelves count double, then materials and
    colours.

    Of equally close ones those in stock come first, then the newer.
    """
    place = index.position_of(product_id)
    if place is None:
        return []
    own = index.whole([place])
    scores: dict[int, int] = {}
    shared = [(2, choices) for choices in index.shelves.values() if choices.meets(own)]
    for kind in ("material", "colour"):
        shared += [(1, choices) for choices in index.shared_by(kind, place)]
    # Only the newest of each shared filter are weighed, so that the work does not grow with the catalogue.
    for weight, choices in shared:
        for at in index.pieces(choices - own).pick(index.ends, 0, 60):
            scores[at] = scores.get(at, 0) + weight
    there = index.pieces(index.in_stock)
    best = sorted(scores, key=lambda at: (-scores[at], at not in there, at))
    return [index.id_at(at) for at in best[:count]]


def _bounds(index: Index, selection: Selection) -> BitSet:
    bounds = index.everything if selection.shelf_id is None else index.shelf(selection.shelf_id)
    if selection.only is not None:
        bounds &= index.whole(index.positions_of(selection.only))
    return bounds


def _offered(index: Index, shelf_ids: Mapping[str, CategoryId]) -> dict[str, Mapping[str, BitSet]]:
    return {
        "category": {slug: index.shelf(shelf_id) for slug, shelf_id in shelf_ids.items()},
        "material": index.filters.get("material", {}),
        "colour": index.filters.get("colour", {}),
        "size": index.filters.get("size", {}),
        "rating": index.filters.get("rating", {}),
        "stock": {"in": index.in_stock},
    }


def _either(index: Index, offered: Mapping[str, BitSet], values: Sequence[str]) -> BitSet:
    return BitSet.union((offered[value] for value in values if value in offered), index.size)


def _counts(
    index: Index,
    facet: str,
    offered: Mapping[str, BitSet],
    bounds: BitSet,
    beside: BitSet,
    selection: Selection,
) -> list[FacetCount]:
    """Return the counts of the values that the list could hold at all, and of those that are chosen."""
    checked = selection.chosen.get(facet, ())
    # Where all choices of a piece share a value, the pieces are found once and not for every value.
    undivided = facet in index.undivided
    among = index.pieces(beside) if undivided else beside
    return [
        FacetCount(
            value,
            among.count_shared(choices) if undivided else len(index.pieces(among & choices)),
            value in checked,
        )
        for value, choices in offered.items()
        if choices.meets(bounds) or value in checked
    ]


def _price_range(index: Index, bounds: BitSet) -> tuple[int, int]:
    if not bounds:
        return 0, 0
    flags, order = bounds.flags(), index.by_price
    lowest = next(compress(index.prices, map(flags.__getitem__, order)))
    highest = next(compress(reversed(index.prices), map(flags.__getitem__, reversed(order))))
    return lowest, highest
