"""Facets, chips and orders in words and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.product_cards.rules import FACETS, FacetCount, Result, Selection
from kashcraft.storefront.rules.addresses import ListAddress

MOST_VALUES = 30
TITLES = {
    "category": _l("Category"),
    "material": _l("Material"),
    "colour": _l("Color"),
    "size": _l("Size"),
    "rating": _l("Rating"),
    "stock": _l("Availability"),
}
# The others are opened by whoever looks for them, or by a choice in them.
OPEN = {"category", "material", "stock"}
SORT_LABELS = {
    "relevance": _l("Relevance"),
    "new": _l("Newest"),
    "loved": _l("Best loved"),
    "price": _l("Price, low to high"),
    "price-down": _l("Price, high to low"),
    "name": _l("Name"),
}
_SIZES = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL")


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One checkbox; ``level`` says how deep below the others a category lies."""

    value: str
    label: str
    count: int
    checked: bool
    level: int = 0


@dataclass(frozen=True, slots=True)
class FacetView:
    """One group of checkboxes."""

    name: str
    title: str
    choices: Sequence[FacetChoice]
    open: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the list: a chip that removes a filter."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One order of the list, as a select offers it."""

    value: str
    label: str
    current: bool


def facets_of(
    result: Result, category_names: Mapping[str, str], levels: Mapping[str, int]
) -> list[FacetView]:
    """Return the facets that have something to tell apart: two values or more, or one that is chosen."""
    views = []
    for name in FACETS:
        counts = _shown(result.facets[name])
        chosen = any(one.checked for one in counts)
        if len(counts) < 2 and not chosen and name != "stock":
            continue
        if name == "stock" and not chosen and counts and counts[0].count == result.total:
            continue
        choices = [
            FacetChoice(
                one.value,
                label_of(name, one.value, category_names),
                one.count,
                one.checked,
                levels.get(one.value, 0) if name == "category" else 0,
            )
            for one in _ordered(name, counts)
        ]
        if choices:
            views.append(FacetView(name, str(TITLES[name]), choices, open=chosen or name in OPEN))
    return views


def chips_of(selection: Selection, address: ListAddress, category_names: Mapping[str, str]) -> list[Link]:
    """Return one chip per active filter; its link is the list without it."""
    chips = [
        Link(label_of(facet, value, category_names), address.of(selection.without(facet, value)))
        for facet in FACETS
        for value in selection.chosen.get(facet, ())
    ]
    bounds = replace(selection, page=1)
    for words, minor, left in (
        (_l("From %(price)s"), selection.price_from, replace(bounds, price_from=None)),
        (_l("Up to %(price)s"), selection.price_to, replace(bounds, price_to=None)),
    ):
        if minor is not None:
            price = address.formats.amount(Money(minor, address.currency))
            chips.append(Link(words.filled(price=price), address.of(left)))
    return chips


def sorts_of(selection: Selection, default_sort: str) -> list[SortChoice]:
    """Return the orders; relevance is one for searches only."""
    return [
        SortChoice(sort, str(label), sort == selection.sort)
        for sort, label in SORT_LABELS.items()
        if sort != "relevance" or default_sort == "relevance"
    ]


def label_of(facet: str, value: str, category_names: Mapping[str, str]) -> str:
    """Return the words for a value."""
    if facet == "category":
        return category_names.get(value, value)
    if facet == "rating":
        return _("%(count)s stars and up", count=value)
    return _("In stock") if facet == "stock" else value


def _shown(counts: Sequence[FacetCount]) -> list[FacetCount]:
    """Return all values, or the most frequent ones and those chosen where there are too many to read."""
    if len(counts) <= MOST_VALUES:
        return list(counts)
    best = sorted(counts, key=lambda one: (not one.checked, -one.count))[:MOST_VALUES]
    return [one for one in counts if one in best]


def _ordered(facet: str, counts: Sequence[FacetCount]) -> list[FacetCount]:
    if facet == "size":
        return sorted(counts, key=lambda one: _size_rank(one.value))
    return list(counts)


def _size_rank(value: str) -> tuple[int, float, str]:
    """Order clothes by their letters, measures by their first number, anything else by name."""
    if value.upper() in _SIZES:
        return 0, _SIZES.index(value.upper()), value
    digits = "".join(letter if letter.isdecimal() or letter == "." else " " for letter in value).split()
    first = digits[0].strip(".") if digits else ""
    return (1, float(first), value) if first.replace(".", "", 1).isdecimal() else (2, 0, value)
