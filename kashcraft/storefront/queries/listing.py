"""Lists of products: of a category, of the whole shop, of a search."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from kashcraft.catalogue.models import AttributeKind, Product, ProductAttribute, ProductCategory, Status
from kashcraft.catalogue.queries import get_tree
from kashcraft.catalogue.rules import CategoryNode, Tree
from kashcraft.core import autocommit
from kashcraft.core.errors import NotFound
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import ProductId
from kashcraft.core.pagination import ListPage
from kashcraft.core.text_folding import SearchTerm
from kashcraft.product_cards.queries import list_cards
from kashcraft.product_cards.rules import Card, Index, Result, Selection, run_selection
from kashcraft.storefront.presenters import (
    FacetView,
    Link,
    PriceField,
    SortChoice,
    chips_of,
    facets_of,
    price_fields,
    sorts_of,
)
from kashcraft.storefront.queries.freshness import get_index_and_key
from kashcraft.storefront.rules import (
    ListAddress,
    PriceRange,
    clean_terms,
    is_filtered,
    read_prices,
    read_selection,
)

SEARCH_LIMIT = 500
MAX_OTHERS = 4
Args = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ListingRequest:
    """A parsed request for a list with its cache key; ``terms`` are the normalized words of a search."""

    index: Index
    selection: Selection
    prices: PriceRange
    address: ListAddress
    category: CategoryNode | None
    categories: Sequence[tuple[int, CategoryNode]]
    key: tuple[Hashable, ...]
    terms: tuple[SearchTerm, ...] = ()

    @property
    def filtered(self) -> bool:
        """Return whether any filter is active."""
        return is_filtered(self.selection)

    @property
    def refused(self) -> bool:
        """Return whether a price field is invalid."""
        return bool(self.prices.wrong)

    @property
    def is_search(self) -> bool:
        """Return whether the list is that of a search, with or without words."""
        return self.address.default_sort == "relevance"

    @property
    def canonical(self) -> str:
        """Return the canonical path for search engines: the list without filters and sort order."""
        number = 1 if self.filtered else self.selection.page
        return self.address.page(Selection(sort=self.address.default_sort), number)


@dataclass(frozen=True)
class ListingView:
    """The content of a list; ``others`` are suggestions where a search has no results."""

    request: ListingRequest
    cards: Sequence[Card]
    others: Sequence[Card]
    page: ListPage[ProductId]
    facets: Sequence[FacetView]
    chips: Sequence[Link]
    clear_url: str
    sorts: Sequence[SortChoice]
    active_filters: Sequence[tuple[str, str]]
    prices: Sequence[PriceField]
    trail: Sequence[tuple[str, str]]


def find_listing_request(
    category_slug: str | None, args: Args, currency: str, formats: Formats, now: datetime
) -> ListingRequest | None:
    """Return the request for the list of a category, or of the whole shop without a slug.

    Returns None for an unknown category. One statement while the catalogue does not change.
    """
    index, key = get_index_and_key(now)
    categories = get_tree()
    category = categories.by_slug.get(category_slug) if category_slug is not None else None
    if category_slug is not None and category is None:
        return None
    below = _levels(category.children if category else categories.roots)
    address = ListAddress(category.url if category else "/products", currency, formats=formats)
    prices = read_prices(args, formats, currency)
    offered, category_id = _offered(index, below), category.id if category else None
    selection = read_selection(args, offered=offered, prices=prices, category_id=category_id)
    where = ("list", *key, prices.wrong, address.of(selection))
    return ListingRequest(index, selection, prices, address, category, below, where)


def search_request(text: str, args: Args, currency: str, formats: Formats, now: datetime) -> ListingRequest:
    """Return the request for the results of a search. One statement more than for a category."""
    index, key = get_index_and_key(now)
    terms, categories = clean_terms(text), get_tree()
    address = ListAddress("/search", currency, text.strip()[:120], "relevance", formats)
    below, prices = _levels(categories.roots), read_prices(args, formats, currency)
    selection = read_selection(
        args,
        offered=_offered(index, below),
        prices=prices,
        only=tuple(_search(text, terms, categories)) if terms else (),
        default_sort="relevance",
    )
    where = ("search", *key, prices.wrong, address.of(selection))
    return ListingRequest(index, selection, prices, address, None, below, where, terms)


def get_listing_view(request: ListingRequest, size: int, now: datetime) -> ListingView:
    """Return the content of one page of a list. Raises NotFound beyond the last page.

    One statement, two more for a search without results.
    """
    selection, address = request.selection, request.address
    category_ids = {category.slug: category.id for _level, category in request.categories}
    result = run_selection(request.index, selection, category_ids, size, ranked=selection.sort == "relevance")
    page = _page(request, result, size)
    if selection.page > page.pages:
        raise NotFound("no_such_page")
    names = {category.slug: category.name for _level, category in request.categories}
    levels = {category.slug: level for level, category in request.categories}
    is_empty_search = request.is_search and not result.total and not request.filtered
    return ListingView(
        request=request,
        cards=list_cards(result.ids, now, result.variant_ids),
        others=list_cards(_others(request), now) if is_empty_search else (),
        page=page,
        facets=facets_of(result, names, levels),
        chips=chips_of(selection, address, names),
        clear_url=address.cleared(selection),
        sorts=sorts_of(selection, address.default_sort),
        active_filters=address.filters(selection),
        prices=price_fields(selection, request.prices, address, result),
        trail=_trail(request.category),
    )


def _levels(categories: Sequence[CategoryNode], level: int = 0) -> list[tuple[int, CategoryNode]]:
    """Return the categories and their descendants in their order, each with its depth."""
    found = []
    for category in categories:
        found += [(level, category), *_levels(category.children, level + 1)]
    return found


def _others(request: ListingRequest) -> Sequence[ProductId]:
    """Return products that match at least one word of a search, filled up with the most loved products."""
    index = request.index
    in_stock = index.products(index.in_stock)
    similar = _search("", request.terms, get_tree(), every=False) if len(request.terms) > 1 else ()
    places = [place for place in index.positions_of(similar) if place in in_stock]
    places += in_stock.pick(index.orders["loved"], 0, MAX_OTHERS)
    return [index.id_at(place) for place in dict.fromkeys(places)][:MAX_OTHERS]


def _page(request: ListingRequest, result: Result, size: int) -> ListPage[ProductId]:
    selection, address = request.selection, request.address
    return ListPage(
        result.ids, selection.page, size, result.total, lambda number: address.page(selection, number)
    )


def _trail(category: CategoryNode | None) -> list[tuple[str, str]]:
    above = get_tree().path_to(category) if category else ()
    return [(_("Home"), "/"), *((one.name, one.url) for one in above)]


def _offered(index: Index, categories: Sequence[tuple[int, CategoryNode]]) -> dict[str, Sequence[str]]:
    known: dict[str, Sequence[str]] = {kind: list(values) for kind, values in index.filters.items()}
    return {**known, "category": [category.slug for _level, category in categories], "stock": ["in"]}


def _search(
    text: str, terms: Sequence[SearchTerm], categories: Tree, *, every: bool = True
) -> Sequence[ProductId]:
    """Return the pages that match every term, or any, in name, material, color, tag or category.

    Pages with all terms in the name come first, whole words before prefixes. Pages whose SKU begins with
    ``text`` are included.
    """
    page_id = sa.func.coalesce(Product.parent_id, Product.id)
    tagged = (
        sa.select(sa.literal(1))
        .where(
            ProductAttribute.product_id == Product.id,
            ProductAttribute.kind.in_([AttributeKind.TAG, AttributeKind.MATERIAL, AttributeKind.COLOUR]),
        )
        .correlate(Product)
    )
    found, in_name = [], []
    for term in terms:
        whole, begun = _matches(Product.name_key, term)
        tag = tagged.where(sa.or_(*_matches(ProductAttribute.value_key, term))).exists()
        found.append(sa.or_(whole, begun, tag, _in_category(page_id, term, categories)))
        in_name.append(sa.case((whole, 0), (begun, 1), else_=2))
    rank = sum(in_name[1:], in_name[0])
    typed = text.strip()[:64].lower()
    sku = sa.func.lower(Product.sku).startswith(typed, autoescape=True) if typed else sa.false()
    fitting = sa.and_(*found) if every else sa.or_(*found)
    query = (
        sa.select(page_id)
        .where(Product.status == Status.ACTIVE, sa.or_(sku, fitting))
        .group_by(page_id)
        .order_by(sa.func.min(rank), sa.func.min(Product.name_key), page_id)
        .limit(SEARCH_LIMIT)
    )
    return [row[0] for row in autocommit.rows(query)]


def _matches(
    key: InstrumentedAttribute[str], term: SearchTerm
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return two conditions for a search key: it contains the term as a whole word, or as a prefix."""
    if term.is_anywhere:
        return key.contains(term.word, autoescape=True), sa.false()
    words = sa.literal(" ").concat(key).concat(" ")
    begun = words.contains(f" {term.begun}", autoescape=True) if term.begun else sa.false()
    return words.contains(f" {term.word} ", autoescape=True), begun


def _in_category(
    page_id: sa.ColumnElement[ProductId], term: SearchTerm, categories: Tree
) -> sa.ColumnElement[bool]:
    """Return the condition that a page is in a category, or below one, whose name matches the term."""
    named = [category for category in categories.by_id.values() if term.fits(category.name)]
    ids = {below.id for category in named for below in category.with_descendants()}
    if not ids:
        return sa.false()
    # Compares pages, because variants have no categories of their own.
    on_one = sa.select(ProductCategory.product_id).where(ProductCategory.category_id.in_(sorted(ids)))
    return page_id.in_(on_one)
