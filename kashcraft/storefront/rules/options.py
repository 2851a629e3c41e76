"""The selected option values of a product, and the variant that each further value leads to.

Only an option with one value, or a color that the picture shows, is selected automatically. A size that the
shopper did not select must never be added to a cart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from kashcraft.catalogue.rules import is_colour
from kashcraft.product_cards.rules import PricedVariant

# The value of each option, None where none is selected.
Values = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class OptionValue:
    """A value of one option.

    ``query`` is the query string that selects the value; ``variant_id`` is the resulting variant, if it is
    unique. ``sold_out`` is True where no variant with the value is available, ``is_held`` where it may become
    available again. ``conflicts`` are the selected values that do not exist with this value. ``places`` are
    the positions of its variants among all variants.
    """

    text: str
    query: str
    variant_id: UUID | None
    current: bool
    sold_out: bool
    is_held: bool
    conflicts: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OptionAxis:
    """One option with its values in the order of the variants; ``chosen`` is None until one is selected."""

    name: str
    chosen: str | None
    values: tuple[OptionValue, ...]

    @property
    def is_question(self) -> bool:
        """Return whether there is more than one value."""
        return len(self.values) > 1


def chosen_values(
    names: Sequence[str],
    variants: Sequence[PricedVariant],
    wanted: UUID | None,
    requested: Sequence[str | None] = (),
) -> Values:
    """Return the selected values: those of the variant ``wanted``, otherwise ``requested`` ones.

    Requested values that do not exist together are dropped. Values that need no selection are added.
    """
    variant = next((one for one in variants if one.id == wanted), None)
    if variant is not None:
        return variant.values
    values: list[str | None] = [None] * len(names)
    for place, value in enumerate(requested[: len(names)]):
        values[place] = value
        if not matching(variants, values):
            values[place] = None
    return _completed(names, variants, tuple(values))


def matching(variants: Sequence[PricedVariant], values: Sequence[str | None]) -> list[PricedVariant]:
    """Return the variants with all selected values."""
    return [
        one
        for one in variants
        if all(want in (None, have) for want, have in zip(values, one.values, strict=False))
    ]


def build_axes(
    names: Sequence[str], variants: Sequence[PricedVariant], chosen: Values
) -> tuple[OptionAxis, ...]:
    """Return each option with its values.

    A value leads to the available variant with this value that shares most of the selected values. A color
    changes automatically for that; any other option is cleared and has to be selected again. A value is sold
    out if no variant with it is available.
    """
    return tuple(_axis(place, names, variants, chosen) for place in range(len(names)))


def _completed(names: Sequence[str], variants: Sequence[PricedVariant], values: Values) -> Values:
    completed = list(values)
    for place, name in enumerate(names):
        if completed[place] is not None:
            continue
        left = matching(variants, completed)
        if len({one.values[place] for one in variants}) == 1 or is_colour(name):
            first = next((one for one in left if one.free > 0), left[0])
            completed[place] = first.values[place]
    return tuple(completed)


def _axis(place: int, names: Sequence[str], variants: Sequence[PricedVariant], chosen: Values) -> OptionAxis:
    values = []
    for text in dict.fromkeys(one.values[place] for one in variants):
        having = [at for at, one in enumerate(variants) if one.values[place] == text]
        free = [variants[at] for at in having if variants[at].free > 0]
        wanted = (*chosen[:place], text, *chosen[place + 1 :])
        nearest = max(free or [variants[at] for at in having], key=lambda one: _shared(one, wanted))
        after = _after(names, variants, wanted, nearest)
        found = matching(variants, after)
        choice = found[0] if None not in after else None
        values.append(
            OptionValue(
                text=text,
                query=_query(after, choice),
                variant_id=choice.id if choice else None,
                current=text == chosen[place],
                sold_out=not free,
                is_held=not free and any(variants[at].is_held for at in having),
                conflicts=_conflicts(wanted, after),
                places=tuple(having),
            )
        )
    return OptionAxis(names[place], chosen[place], tuple(values))


def _after(
    names: Sequence[str], variants: Sequence[PricedVariant], wanted: Values, nearest: PricedVariant
) -> Values:
    """Return the selected values after another value is selected.

    Matching values stay, a color follows, and other options are cleared.
    """
    values = [
        want if want in (None, have) else have if is_colour(name) else None
        for name, want, have in zip(names, wanted, nearest.values, strict=True)
    ]
    return _completed(names, variants, tuple(values))


def _conflicts(wanted: Values, after: Values) -> tuple[str, ...]:
    """Return the selected values that have to change for a value."""
    both = zip(wanted, after, strict=True)
    return tuple(want for want, left in both if want is not None and want != left)


def _query(values: Values, choice: PricedVariant | None) -> str:
    if choice is not None:
        return f"choice={choice.id}"
    return urlencode({f"option{place}": value for place, value in enumerate(values, start=1) if value})


def _shared(one: PricedVariant, wanted: Values) -> int:
    return sum(want == have for want, have in zip(wanted, one.values, strict=True))
