"""Addresses of lists. Each state of the filters has exactly one address."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kashcraft.core.formats import Formats
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import Money
from kashcraft.core.pagination import page_number
from kashcraft.core.text_folding import SearchTerm, fold, search_terms
from kashcraft.product_cards.rules import FACETS, SORTS, Selection

MAX_TERMS = 6
MAX_TERM_LENGTH = 40
US_FORMATS = Formats()
MAX_SEARCH_LENGTH = 500
MAX_VALUES, MAX_VALUE_LENGTH = 20, 80
# Facets whose values are fixed by the code and not by products.
_CLOSED = {"rating", "stock"}


@dataclass(frozen=True, slots=True)
class TypedPrice:
    """The input of a price field: its amount in minor units, or an error (``unreadable``, ``below_zero``)."""

    text: str = ""
    minor: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Both price fields of a list; bounds in the wrong order are swapped."""

    first: TypedPrice = TypedPrice()
    last: TypedPrice = TypedPrice()

    @property
    def lowest(self) -> int | None:
        """Return the lower bound in minor units."""
        return self.last.minor if self._crossed else self.first.minor

    @property
    def highest(self) -> int | None:
        """Return the upper bound in minor units."""
        return self.first.minor if self._crossed else self.last.minor

    @property
    def _crossed(self) -> bool:
        first, last = self.first.minor, self.last.minor
        return first is not None and last is not None and first > last

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """Return the invalid fields with their input."""
        fields = (("price_from", self.first), ("price_to", self.last))
        return tuple((name, price.text) for name, price in fields if price.error)


def read_prices(args: Mapping[str, Sequence[str]], formats: Formats, currency: str) -> PriceRange:
    """Return the price range from the query parameters, in the number format of the shop's locale."""
    first, last = (_typed_price(_first(args, name), formats, currency) for name in ("price_from", "price_to"))
    return PriceRange(first, last)


def read_selection(
    args: Mapping[str, Sequence[str]],
    *,
    offered: Mapping[str, Collection[str]],
    category_id: CategoryId | None = None,
    only: tuple[ProductId, ...] | None = None,
    prices: PriceRange,
    default_sort: str = "new",
) -> Selection:
    """Return the selection that the query parameters describe.

    Values are recognized in any spelling. Unknown values are retained and match nothing, so that a list never
    shows more than was requested. Only unknown ratings and stock states are ignored. ``offered`` are the
    known values of each facet.
    """
    chosen = {}
    for facet in FACETS:
        requested = _values(args.get(facet, ()), offered.get(facet, ()), closed=facet in _CLOSED)
        if requested:
            chosen[facet] = requested
    sort = _first(args, "sort")
    return Selection(
        category_id=category_id,
        only=only,
        chosen=chosen,
        price_from=prices.lowest,
        price_to=prices.highest,
        sort=sort if sort in SORTS else default_sort,
        page=page_number(_first(args, "page")),
    )


@dataclass(frozen=True)
class ListAddress:
    """Creates the addresses of the list at ``path``.

    ``terms`` are the words of a search. ``default_sort`` is not part of the address.
    """

    path: str
    currency: str
    terms: str = ""
    default_sort: str = "new"
    formats: Formats = US_FORMATS

    def of(self, selection: Selection) -> str:
        """Return the address of a selection."""
        pairs = self.filters(selection)
        if selection.sort != self.default_sort:
            pairs.append(("sort", selection.sort))
        if selection.page > 1:
            pairs.append(("page", str(selection.page)))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def filters(self, selection: Selection) -> list[tuple[str, str]]:
        """Return the query parameters of the filters, without sort order and page."""
        pairs = [("q", self.terms)] if self.terms else []
        for facet in FACETS:
            pairs += [(facet, value) for value in selection.chosen.get(facet, ())]
        pairs += [
            (name, self.amount(minor))
            for name, minor in (("price_from", selection.price_from), ("price_to", selection.price_to))
            if minor is not None
        ]
        return pairs

    def page(self, selection: Selection, number: int) -> str:
        """Return the address of another page of the selection."""
        return self.of(replace(selection, page=number))

    def sorted_by(self, selection: Selection, sort: str) -> str:
        """Return the address of the first page of the selection in another order."""
        return self.of(replace(selection, sort=sort, page=1))

    def cleared(self, selection: Selection) -> str:
        """Return the address of the list without filters."""
        return self.of(Selection(sort=selection.sort))

    def amount(self, minor: int) -> str:
        """Return an amount as it is typed into a price field, without trailing zeros."""
        amount = Money(minor, self.currency).amount
        return self.formats.entry(int(amount) if amount == int(amount) else amount.normalize())


def is_filtered(selection: Selection) -> bool:
    """Return whether any filter is active."""
    return bool(selection.chosen) or selection.price_from is not None or selection.price_to is not None


def clean_terms(text: str) -> tuple[SearchTerm, ...]:
    """Return the terms of a search: at most six words of at most 40 characters each."""
    found: dict[str, SearchTerm] = {}
    for term in search_terms(text[:MAX_SEARCH_LENGTH]):
        found[term.word[:MAX_TERM_LENGTH]] = SearchTerm(
            term.word[:MAX_TERM_LENGTH], term.begun[:MAX_TERM_LENGTH]
        )
    return tuple(found.values())[:MAX_TERMS]


def _values(requested: Sequence[str], offered: Collection[str], *, closed: bool) -> tuple[str, ...]:
    if not requested:
        return ()
    values = {value for value in requested if value in offered}
    others = [" ".join(value.split()) for value in requested if value not in offered]
    if not closed and any(others):
        known = {fold(value): value for value in offered}
        values |= {known.get(fold(value), value[:MAX_VALUE_LENGTH]) for value in others if value}
    return tuple(sorted(values)[:MAX_VALUES])


def _first(args: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = args.get(name, ())
    return values[0].strip() if values else None


def _typed_price(text: str | None, formats: Formats, currency: str) -> TypedPrice:
    if not text:
        return TypedPrice()
    try:
        minor = formats.parse_amount(text, currency).minor
    except ValueError:
        return TypedPrice(text[:40], error="unreadable")
    if minor < 0:
        return TypedPrice(text[:40], error="below_zero")
    return TypedPrice(text, minor)
