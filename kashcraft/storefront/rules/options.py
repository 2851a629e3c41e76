"""The options of a family: which choice each value of each option leads to from the one that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kashcraft.core.i18n import gettext as _
from kashcraft.product_cards.rules import Sellable


@dataclass(frozen=True, slots=True)
class OptionValue:
    """A value of one option: where it leads, whether it is the one shown, and why it is marked, if it is."""

    text: str
    choice_id: UUID
    current: bool
    note: str | None
    price: int


@dataclass(frozen=True, slots=True)
class Axis:
    """One option of a family with its values in the order of the choices."""

    name: str
    chosen: str
    values: tuple[OptionValue, ...]


def chosen_of(sold: Sequence[Sellable], wanted: UUID | None) -> Sellable:
    """Return the choice asked for, else the first one in stock, else the first."""
    asked = next((one for one in sold if one.id == wanted), None)
    return asked or next((one for one in sold if one.free > 0), sold[0])


def axes_of(names: Sequence[str], sold: Sequence[Sellable], chosen: Sellable) -> tuple[Axis, ...]:
    """Return each option with its values.

    A value leads to the choice that differs from the shown one in it alone; where there is none, to one
    that has it and shares most with the shown one, in stock before sold out. It is marked when the choice
    it leads to is sold out, or is not made in what is chosen otherwise.
    """
    return tuple(_axis(place, name, sold, chosen) for place, name in enumerate(names))


def _axis(place: int, name: str, sold: Sequence[Sellable], chosen: Sellable) -> Axis:
    values = []
    for text in dict.fromkeys(one.values[place] for one in sold):
        wanted = (*chosen.values[:place], text, *chosen.values[place + 1 :])
        having = [one for one in sold if one.values[place] == text]
        exact = next((one for one in having if one.values == wanted), None)
        target = exact or max(having, key=lambda one: (_shared(one.values, wanted), one.free > 0))
        note = (
            _("sold out")
            if target.free <= 0
            else None
            if exact
            else _("changes to %(choice)s", choice=", ".join(target.values))
        )
        values.append(OptionValue(text, target.id, text == chosen.values[place], note, target.price))
    return Axis(name, chosen.values[place], tuple(values))


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(mine == theirs for mine, theirs in zip(one, other, strict=True))
