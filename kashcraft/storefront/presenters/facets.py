"""Facets, filter chips and sort orders of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.product_cards.rules import FACETS, FacetCount, Result, Selection
from kashcraft.storefront.rules.addresses import ListAddress

MAX_VALUES = 30
TITLES = {
    "category": _l("Category"),
    "material": _l("Material"),
    "colour": _l("Color"),
    "size": _l("Size"),
    "rating": _l("Rating"),
    "stock": _l("Availability"),
}
# Other facets are open only while one of their values is selected.
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
    """One checkbox; ``level`` is the depth of a category in the tree."""

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
    """A link of the list, such as a chip that removes a filter."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One sort order as an option of a select."""

    value: str
    label: str
    current: bool


def facets_of(
    result: Result, category_names: Mapping[str, str], levels: Mapping[str, int]
) -> list[FacetView]:
    """Return the facets with at least two values, or with a selected one."""
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
    """Return one chip for each active filter; its link is the list without that filter."""
    chips = [
        Link(label_of(facet, value, category_names), address.of(selection.without(facet, value)))
        for facet in FACETS
        for value in selection.chosen.get(facet, ())
    ]
    bounds = replace(selection, page=1)
    for words, minor, remaining in (
        (_l("From %(price)s"), selection.price_from, replace(bounds, price_from=None)),
        (_l("Up to %(price)s"), selection.price_to, replace(bounds, price_to=None)),
    ):
        if minor is not None:
            price = address.formats.amount(Money(minor, address.currency))
            chips.append(Link(words.filled(price=price), address.of(remaining)))
    return chips


def sorts_of(selection: Selection, default_sort: str) -> list[SortChoice]:
    """Return the sort orders; relevance is available for searches only."""
    return [
        SortChoice(sort, str(label), sort == selection.sort)
        for sort, label in SORT_LABELS.items()
        if sort != "relevance" or default_sort == "relevance"
    ]


def label_of(facet: str, value: str, category_names: Mapping[str, str]) -> str:
    """Return the label of a facet value."""
    if facet == "category":
        return category_names.get(value, value)
    if facet == "rating":
        return _("%(count)s stars and up", count=value)
    return _("In stock") if facet == "stock" else value


def _shown(counts: Sequence[FacetCount]) -> list[FacetCount]:
    """Return all values, or only the selected and most frequent ones if there are too many."""
    if len(counts) <= MAX_VALUES:
        return list(counts)
    best = sorted(counts, key=lambda one: (not one.checked, -one.count))[:MAX_VALUES]
    return [one for one in counts if one in best]


def _ordered(facet: str, counts: Sequence[FacetCount]) -> list[FacetCount]:
    if facet == "size":
        return sorted(counts, key=lambda one: _size_rank(one.value))
    return list(counts)


def _size_rank(value: str) -> tuple[int, float, str]:
    """Return the sort key of a size: clothing sizes by order, measures by number, other values by name."""
    if value.upper() in _SIZES:
        return 0, _SIZES.index(value.upper()), value
    digits = "".join(
        character if character.isdecimal() or character == "." else " " for character in value
    ).split()
    first = digits[0].strip(".") if digits else ""
    return (1, float(first), value) if first.replace(".", "", 1).isdecimal() else (2, 0, value)
