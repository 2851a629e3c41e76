"""Lists of pieces: of a shelf, of the whole shop, of a search."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue.models import AttributeKind, Product, ProductAttribute, ProductCategory, Status
from kashcraft.catalogue.queries import tree
from kashcraft.catalogue.rules import Shelf, Tree
from kashcraft.core import reading
from kashcraft.core.errors import NotFound
from kashcraft.core.folding import search_words
from kashcraft.core.i18n import gettext as _
from kashcraft.core.money import Money
from kashcraft.core.pagination import Page
from kashcraft.product_cards.queries import cards
from kashcraft.product_cards.rules import Card, Index, Result, Selection, run_selection
from kashcraft.storefront.queries.freshness import index_and_key
from kashcraft.storefront.rules import (
    Address,
    FacetView,
    Link,
    chips_of,
    clean_terms,
    facets_of,
    is_filtered,
    read_selection,
    sorts_of,
)

SEARCH_LIMIT = 500


@dataclass(frozen=True)
class ListingRequest:
    """A list that somebody asks for, understood, with the key of what it shows."""

    index: Index
    selection: Selection
    address: Address
    shelf: Shelf | None
    shelves: Sequence[Shelf]
    key: tuple[Hashable, ...]
    terms: str = ""

    @property
    def filtered(self) -> bool:
        """Return whether anything narrows the list."""
        return is_filtered(self.selection)

    @property
    def canonical(self) -> str:
        """Return the path that search engines should keep: the list without filters and order."""
        number = 1 if self.filtered else self.selection.page
        return self.address.page(Selection(sort=self.address.default_sort), number)


@dataclass(frozen=True)
class ListingView:
    """What a list shows."""

    request: ListingRequest
    cards: Sequence[Card]
    page: Page[UUID]
    facets: Sequence[FacetView]
    chips: Sequence[Link]
    clear_url: str
    sorts: Sequence[Link]
    price_from: str
    price_to: str
    lowest: str
    highest: str
    trail: Sequence[tuple[str, str]]


def listing_request(
    shelf_slug: str | None, args: Mapping[str, Sequence[str]], currency: str, now: datetime
) -> ListingRequest | None:
    """Return the list of a shelf, or of the whole shop without one; None where there is no such shelf.

    One statement while the catalogue stays as it is.
    """
    index, key = index_and_key(now)
    shelves = tree()
    shelf = shelves.by_slug.get(shelf_slug) if shelf_slug is not None else None
    if shelf_slug is not None and shelf is None:
        return None
    below = shelf.children if shelf else shelves.roots
    address = Address(shelf.url if shelf else "/products", currency)
    selection = read_selection(
        args,
        offered=_offered(index, below),
        currency=currency,
        shelf_id=shelf.id if shelf else None,
    )
    return ListingRequest(index, selection, address, shelf, below, ("list", *key, address.of(selection)))


def search_request(
    text: str, args: Mapping[str, Sequence[str]], currency: str, now: datetime
) -> ListingRequest:
    """Return the list of what a search by name finds; one statement more than a list of a shelf."""
    index, key = index_and_key(now)
    terms = clean_terms(text)
    shelves = tree()
    address = Address("/search", currency, text.strip()[:120], "relevance")
    selection = read_selection(
        args,
        offered=_offered(index, shelves.roots),
        currency=currency,
        only=tuple(_named(text, terms, shelves)) if terms else (),
        default_sort="relevance",
    )
    where = ("search", *key, address.of(selection))
    return ListingRequest(index, selection, address, None, shelves.roots, where, " ".join(terms))


def listing_view(request: ListingRequest, size: int, now: datetime) -> ListingView:
    """Return the page of a list; one statement. Raises NotFound beyond the last page."""
    selection, address = request.selection, request.address
    shelf_ids = {shelf.slug: shelf.id for shelf in request.shelves}
    result = run_selection(request.index, selection, shelf_ids, size, ranked=selection.sort == "relevance")
    page = _page(request, result, size)
    if selection.page > page.pages:
        raise NotFound("no_such_page")
    names = {shelf.slug: shelf.name for shelf in request.shelves}
    return ListingView(
        request=request,
        cards=cards(result.ids, now),
        page=page,
        facets=facets_of(result, names),
        chips=chips_of(selection, address, names),
        clear_url=address.cleared(selection),
        sorts=sorts_of(selection, address),
        price_from=address.amount(selection.price_from) if selection.price_from is not None else "",
        price_to=address.amount(selection.price_to) if selection.price_to is not None else "",
        lowest=Money(result.lowest, address.currency).format(),
        highest=Money(result.highest, address.currency).format(),
        trail=_trail(request.shelf),
    )


def _page(request: ListingRequest, result: Result, size: int) -> Page[UUID]:
    selection, address = request.selection, request.address
    return Page(
        result.ids, selection.page, size, result.total, lambda number: address.page(selection, number)
    )


def _trail(shelf: Shelf | None) -> list[tuple[str, str]]:
    above = tree().path_to(shelf) if shelf else ()
    return [(_("Home"), "/"), *((one.name, one.url) for one in above)]


def _offered(index: Index, shelves: Sequence[Shelf]) -> dict[str, Sequence[str]]:
    known: dict[str, Sequence[str]] = {kind: list(values) for kind, values in index.filters.items()}
    return {**known, "category": [shelf.slug for shelf in shelves], "stock": ["in"]}


def _named(text: str, terms: Sequence[str], shelves: Tree) -> Sequence[UUID]:
    """Return the pages that have every term in their name, material, colour, tag or shelf, those with all in
    the name first, and those whose SKU begins as ``text`` does.
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
        name = Product.name_key.contains(term, autoescape=True)
        tag = tagged.where(ProductAttribute.value_key.contains(term, autoescape=True)).exists()
        found.append(sa.or_(name, tag, _shelved(page_id, term, shelves)))
        in_name.append(sa.case((name, 0), else_=1))
    missed = sum(in_name[1:], in_name[0])
    sku = sa.func.lower(Product.sku).startswith(text.strip()[:64].lower(), autoescape=True)
    query = (
        sa.select(page_id)
        .where(Product.status == Status.ACTIVE, sa.or_(sku, sa.and_(*found)))
        .group_by(page_id)
        .order_by(sa.func.min(missed), sa.func.min(Product.name_key), page_id)
        .limit(SEARCH_LIMIT)
    )
    return [row[0] for row in reading.rows(query)]


def _shelved(page_id: Any, term: str, shelves: Tree) -> sa.ColumnElement[bool]:
    """Return the condition that a page stands on a shelf, or below one, whose name has the term."""
    named = [shelf for shelf in shelves.by_id.values() if term in search_words(shelf.name)]
    ids = {below.id for shelf in named for below in shelf.with_descendants()}
    if not ids:
        return sa.false()
    # By page, and not by row of it: shelves hold pages alone.
    on_one = sa.select(ProductCategory.product_id).where(ProductCategory.category_id.in_(sorted(ids)))
    condition: sa.ColumnElement[bool] = page_id.in_(on_one)
    return condition
