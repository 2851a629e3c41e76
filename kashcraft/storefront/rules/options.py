"""What somebody has chosen of a family so far, and where each value of each option leads from there.

Nothing is chosen for anybody but what is no question (an option with one value) and what is seen on the
picture (a colour): a size that was never chosen must not end in a bag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from kashcraft.catalogue.rules import is_colour
from kashcraft.product_cards.rules import PricedVariant

# The value of each option, None where the shopper has not chosen yet.
Values = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class OptionValue:
    """A value of one option.

    ``query`` is the address of what choosing it leads to, and ``variant_id`` the choice, where that is one.
    ``sold_out`` says that nothing with it can be had, ``is_held`` that it may be free again; ``conflicts`` is
    what of the present choice it does not go with. ``places`` are the positions of its choices among
    all of the family.
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
    """One option of a family with its values in the order of the choices; ``chosen`` is None until one is."""

    name: str
    chosen: str | None
    values: tuple[OptionValue, ...]

    @property
    def is_question(self) -> bool:
        """Return whether there is anything to choose."""
        return len(self.values) > 1


def chosen_values(
    names: Sequence[str], sold: Sequence[PricedVariant], wanted: UUID | None, given: Sequence[str | None] = ()
) -> Values:
    """Return what counts as chosen: the values of the choice ``wanted``, else those ``given`` that exist
    together, with what needs no choosing.
    """
    asked = next((one for one in sold if one.id == wanted), None)
    if asked is not None:
        return asked.values
    kept: list[str | None] = [None] * len(names)
    for place, value in enumerate(given[: len(names)]):
        kept[place] = value
        if not matching(sold, kept):
            kept[place] = None
    return _completed(names, sold, tuple(kept))


def matching(sold: Sequence[PricedVariant], values: Sequence[str | None]) -> list[PricedVariant]:
    """Return the choices that have every value that is chosen."""
    return [
        one
        for one in sold
        if all(want in (None, have) for want, have in zip(values, one.values, strict=False))
    ]


def build_axes(names: Sequence[str], sold: Sequence[PricedVariant], chosen: Values) -> tuple[OptionAxis, ...]:
    """Return each option with its values.

    A value leads to the nearest choice that has it and can be had: the one that shares most with what is
    chosen. Where a colour has to change for that, it does; where a size or any other option that is asked
    for would, it is asked for again. A value is sold out when no choice with it can be had.
    """
    return tuple(_axis(place, names, sold, chosen) for place in range(len(names)))


def _completed(names: Sequence[str], sold: Sequence[PricedVariant], values: Values) -> Values:
    completed = list(values)
    for place, name in enumerate(names):
        if completed[place] is not None:
            continue
        left = matching(sold, completed)
        if len({one.values[place] for one in sold}) == 1 or is_colour(name):
            first = next((one for one in left if one.free > 0), left[0])
            completed[place] = first.values[place]
    return tuple(completed)


def _axis(place: int, names: Sequence[str], sold: Sequence[PricedVariant], chosen: Values) -> OptionAxis:
    values = []
    for text in dict.fromkeys(one.values[place] for one in sold):
        having = [at for at, one in enumerate(sold) if one.values[place] == text]
        free = [sold[at] for at in having if sold[at].free > 0]
        wanted = (*chosen[:place], text, *chosen[place + 1 :])
        nearest = max(free or [sold[at] for at in having], key=lambda one: _shared(one, wanted))
        after = _after(names, sold, wanted, nearest)
        found = matching(sold, after)
        choice = found[0] if None not in after else None
        values.append(
            OptionValue(
                text=text,
                query=_query(after, choice),
                variant_id=choice.id if choice else None,
                current=text == chosen[place],
                sold_out=not free,
                is_held=not free and any(sold[at].is_held for at in having),
                conflicts=_conflicts(wanted, after),
                places=tuple(having),
            )
        )
    return OptionAxis(names[place], chosen[place], tuple(values))


def _after(
    names: Sequence[str], sold: Sequence[PricedVariant], wanted: Values, nearest: PricedVariant
) -> Values:
    """Return what is chosen once a value is: what goes with it stays, a colour follows, the rest is open."""
    kept = [
        want if want in (None, have) else have if is_colour(name) else None
        for name, want, have in zip(names, wanted, nearest.values, strict=True)
    ]
    return _completed(names, sold, tuple(kept))


def _conflicts(wanted: Values, after: Values) -> tuple[str, ...]:
    """Return what has to change for a value."""
    both = zip(wanted, after, strict=True)
    return tuple(want for want, left in both if want is not None and want != left)


def _query(values: Values, choice: PricedVariant | None) -> str:
    if choice is not None:
        return f"choice={choice.id}"
    return urlencode({f"option{place}": value for place, value in enumerate(values, start=1) if value})


def _shared(one: PricedVariant, wanted: Values) -> int:
    return sum(want == have for want, have in zip(wanted, one.values, strict=True))
