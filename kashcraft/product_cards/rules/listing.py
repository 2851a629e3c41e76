"""Lists of products: which products match a selection, their order, and the counts of further filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import compress
from operator import and_

from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.product_cards.rules.bitsets import BitSet
from kashcraft.product_cards.rules.index import CATEGORY, Index

SORTS = ("new", "loved", "price", "price-down", "name")
FACETS = ("category", "material", "colour", "size", "rating", "stock")
# Filtered by these, a list shows the matching variant of each product.
VARIANT_FACETS = ("colour", "size")
# The lowest averages of the facet "4 and up" and so on.
RATINGS = (4, 3)
# What makes products similar, and how much it counts.
SHARED = ((CATEGORY, 2), ("material", 1), ("colour", 1))


@dataclass(frozen=True)
class Selection:
    """The filters, order and page that a visitor has requested of a list.

    Values of one facet widen the list, facets narrow it, and one variant of a product has to match all of
    them. ``category_id`` and ``only`` (ids, for example those of a search) bound the whole list. Prices are
    minor units, bounds included.
    """

    category_id: CategoryId | None = None
    only: tuple[ProductId, ...] | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_from: int | None = None
    price_to: int | None = None
    sort: str = "new"
    page: int = 1

    def without(self, facet: str, value: str) -> Selection:
        """Return the selection without one value, at its first page."""
        left = tuple(one for one in self.chosen.get(facet, ()) if one != value)
        chosen = {name: values for name, values in {**self.chosen, facet: left}.items() if values}
        return Selection(self.category_id, self.only, chosen, self.price_from, self.price_to, self.sort)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet, and how many products the list would contain with it and the other facets."""

    value: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Result:
    """The result of a selection: the number of matching products, those of the page, and the facets.

    ``lowest`` and ``highest`` bound the prices in minor units. ``variant_ids`` are the matching variants of
    each product of the page, filled where the list is filtered by color or size.
    """

    total: int
    ids: Sequence[ProductId]
    facets: Mapping[str, Sequence[FacetCount]]
    lowest: int
    highest: int
    variant_ids: Mapping[ProductId, tuple[ProductId, ...]] = field(default_factory=dict)


def run_selection(
    index: Index,
    selection: Selection,
    category_ids: Mapping[str, CategoryId],
    size: int,
    *,
    ranked: bool = False,
) -> Result:
    """Return what ``selection`` finds in ``index``, ``size`` products a page.

    ``category_ids`` are the categories of the category facet by slug. With ``ranked`` the list has the order
    of ``selection.only`` until another order is requested.
    """
    bounds = _bounds(index, selection)
    offered = _offered(index, category_ids)
    narrowed = {
        facet: _either(index, offered[facet], selection.chosen[facet])
        for facet in FACETS
        if selection.chosen.get(facet)
    }
    if selection.price_from is not None or selection.price_to is not None:
        narrowed["price"] = index.priced(selection.price_from, selection.price_to)
    variants = reduce(and_, narrowed.values(), bounds)
    matching = index.products(variants)
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
    by_variant = any(facet in narrowed for facet in VARIANT_FACETS)
    variant_ids = {one: index.variants_in(variants, one) for one in ids} if by_variant else {}
    return Result(len(matching), ids, facets, lowest, highest, variant_ids)


def _page(index: Index, selection: Selection, matching: BitSet, size: int, *, ranked: bool) -> Sequence[int]:
    """Return the positions on the page of ``selection``, in its order."""
    first = (selection.page - 1) * size
    if ranked and selection.only is not None:
        known = index.positions_of(selection.only)
        return [at for at in known if at in matching][first : first + size]
    return matching.pick(index.orders.get(selection.sort, index.orders["new"]), first, size)


def similar_to(index: Index, product_id: ProductId, count: int) -> list[ProductId]:
    """Return up to ``count`` products that share most with a product, none where it is not shown.

    Shared categories count twice, shared materials and colors once. Of equal products those in stock come
    first, then the newer.
    """
    own = index.position_of(product_id)
    if own is None:
        return []
    scores: dict[int, int] = {}
    # Only the newest of each shared filter are scored, so that the cost does not grow with the catalogue.
    for kind, weight in SHARED:
        for newest in index.newest_sharing(kind, own):
            for at in newest:
                scores[at] = scores.get(at, 0) + weight
    scores.pop(own, None)
    best: list[int] = []
    for score in sorted({*scores.values()}, reverse=True):
        if len(best) >= count:
            break
        equal = index.newest_first(at for at, reached in scores.items() if reached == score)
        best += sorted(equal, key=lambda at: not index.is_in_stock(at))
    return [index.id_at(at) for at in best[:count]]


def _bounds(index: Index, selection: Selection) -> BitSet:
    bounds = index.everything if selection.category_id is None else index.in_category(selection.category_id)
    if selection.only is not None:
        bounds &= index.whole(index.positions_of(selection.only))
    return bounds


def _offered(index: Index, category_ids: Mapping[str, CategoryId]) -> dict[str, Mapping[str, BitSet]]:
    return {
        "category": {slug: index.in_category(category_id) for slug, category_id in category_ids.items()},
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
    """Return the counts of the values that the list could contain, and of those that are selected."""
    checked = selection.chosen.get(facet, ())
    # Where all variants of a product share a value, products are computed once instead of for every value.
    undivided = facet in index.undivided
    among = index.products(beside) if undivided else beside
    return [
        FacetCount(
            value,
            among.count_shared(variants) if undivided else len(index.products(among & variants)),
            value in checked,
        )
        for value, variants in offered.items()
        if variants.meets(bounds) or value in checked
    ]


def _price_range(index: Index, bounds: BitSet) -> tuple[int, int]:
    if not bounds:
        return 0, 0
    flags, order = bounds.flags(), index.by_price
    lowest = next(compress(order, map(flags.__getitem__, order)))
    highest = next(compress(reversed(order), map(flags.__getitem__, reversed(order))))
    return index.price_at[lowest], index.price_at[highest]
