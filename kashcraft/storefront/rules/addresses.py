"""The address of a list: every state of its filters is one, written the same way however it came about."""

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
LONGEST_TERM = 40
US_FORMATS = Formats()
MOST_TYPED = 500
MOST_VALUES, MOST_LETTERS = 20, 80
# Facets whose values are the shop's own words, in links and not on labels.
_CLOSED = {"rating", "stock"}


@dataclass(frozen=True, slots=True)
class TypedPrice:
    """What somebody typed into a price field: its amount in minor units, or what is wrong with it
    (``unreadable``, ``below_zero``).
    """

    text: str = ""
    minor: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Both price fields of a list; bounds in the wrong order are taken in the right one."""

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
        """Return the fields that could not be read, with what was typed into them."""
        fields = (("price_from", self.first), ("price_to", self.last))
        return tuple((name, price.text) for name, price in fields if price.error)


def read_prices(args: Mapping[str, Sequence[str]], formats: Formats, currency: str) -> PriceRange:
    """Return what stands in the price fields, read as the shop's locale writes amounts."""
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
    """Return what the parameters of an address ask for.

    Values are known however they are written. What no product has (any more) is kept and finds nothing, so
    that a list never shows more than was asked for; only unknown scores and states of stock are left out.
    ``offered`` are the known values of each facet.
    """
    chosen = {}
    for facet in FACETS:
        asked = _values(args.get(facet, ()), offered.get(facet, ()), closed=facet in _CLOSED)
        if asked:
            chosen[facet] = asked
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
    """Writes addresses of the list at ``path``; ``terms`` are the words of a search, ``default_sort`` is
    not written.
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
        """Return the parameters that say what is listed, without its order and page."""
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
        """Return the address of another page of the same selection."""
        return self.of(replace(selection, page=number))

    def sorted_by(self, selection: Selection, sort: str) -> str:
        """Return the address of the same selection in another order, from its first page."""
        return self.of(replace(selection, sort=sort, page=1))

    def cleared(self, selection: Selection) -> str:
        """Return the address of the list without filters."""
        return self.of(Selection(sort=selection.sort))

    def amount(self, minor: int) -> str:
        """Return an amount as it is typed into a price field: without needless decimals."""
        amount = Money(minor, self.currency).amount
        return self.formats.entry(int(amount) if amount == int(amount) else amount.normalize())


def is_filtered(selection: Selection) -> bool:
    """Return whether anything narrows the list."""
    return bool(selection.chosen) or selection.price_from is not None or selection.price_to is not None


def clean_terms(text: str) -> tuple[SearchTerm, ...]:
    """Return what a search looks for: at most six words, each of at most 40 characters."""
    found: dict[str, SearchTerm] = {}
    for term in search_terms(text[:MOST_TYPED]):
        found[term.word[:LONGEST_TERM]] = SearchTerm(term.word[:LONGEST_TERM], term.begun[:LONGEST_TERM])
    return tuple(found.values())[:MAX_TERMS]


def _values(asked: Sequence[str], offered: Collection[str], *, closed: bool) -> tuple[str, ...]:
    if not asked:
        return ()
    values = {value for value in asked if value in offered}
    others = [" ".join(value.split()) for value in asked if value not in offered]
    if not closed and any(others):
        known = {fold(value): value for value in offered}
        values |= {known.get(fold(value), value[:MOST_LETTERS]) for value in others if value}
    return tuple(sorted(values)[:MOST_VALUES])


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
