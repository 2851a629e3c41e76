"""The address of a list: every state of its filters is one, written the same way however it came about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from kashcraft.core.folding import fold, search_words
from kashcraft.core.money import Money
from kashcraft.core.pagination import page_number
from kashcraft.product_cards.rules import FACETS, SORTS, Selection

MAX_TERMS = 6
MOST_TYPED = 500
MOST_VALUES, MOST_LETTERS = 20, 80
# Facets whose values are the shop's own words, in links and not on labels.
_CLOSED = {"rating", "stock"}


def read_selection(
    args: Mapping[str, Sequence[str]],
    *,
    offered: Mapping[str, Collection[str]],
    currency: str,
    shelf_id: UUID | None = None,
    only: tuple[UUID, ...] | None = None,
    default_sort: str = "new",
) -> Selection:
    """Return what the parameters of an address ask for.

    Values are known however they are written. What no product has (any more) is kept and finds nothing, so
    that a list never shows more than was asked for; only unknown scores and states of stock are left out.
    ``offered`` are the known values of each facet. Prices are typed in the currency's main unit.
    """
    chosen = {}
    for facet in FACETS:
        asked = _values(args.get(facet, ()), offered.get(facet, ()), closed=facet in _CLOSED)
        if asked:
            chosen[facet] = asked
    sort = _first(args, "sort")
    return Selection(
        shelf_id=shelf_id,
        only=only,
        chosen=chosen,
        price_from=_amount(_first(args, "price_from"), currency),
        price_to=_amount(_first(args, "price_to"), currency),
        sort=sort if sort in SORTS else default_sort,
        page=page_number(_first(args, "page")),
    )


@dataclass(frozen=True)
class Address:
    """Writes addresses of the list at ``path``; ``terms`` are the words of a search, ``default_sort`` is
    not written.
    """

    path: str
    currency: str
    terms: str = ""
    default_sort: str = "new"

    def of(self, selection: Selection) -> str:
        """Return the address of a selection."""
        pairs = [("q", self.terms)] if self.terms else []
        for facet in FACETS:
            pairs += [(facet, value) for value in selection.chosen.get(facet, ())]
        pairs += [
            (name, self.amount(minor))
            for name, minor in (("price_from", selection.price_from), ("price_to", selection.price_to))
            if minor is not None
        ]
        if selection.sort != self.default_sort:
            pairs.append(("sort", selection.sort))
        if selection.page > 1:
            pairs.append(("page", str(selection.page)))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

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
        text = str(Money(minor, self.currency).amount)
        return text.rstrip("0").rstrip(".") if "." in text else text


def is_filtered(selection: Selection) -> bool:
    """Return whether anything narrows the list."""
    return bool(selection.chosen) or selection.price_from is not None or selection.price_to is not None


def clean_terms(text: str) -> tuple[str, ...]:
    """Return the words of a search in their normal form, at most six of them, each at most 40 characters."""
    return tuple(dict.fromkeys(word[:40] for word in search_words(text[:MOST_TYPED])))[:MAX_TERMS]


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


def _amount(text: str | None, currency: str) -> int | None:
    try:
        minor = Money.from_decimal(text, currency).minor if text else None
    except ValueError:
        return None
    return minor if minor is not None and 0 <= minor < 10**12 else None
