"""What the shop derives from the name of an option, which merchants choose freely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_SIZES = {"size", "sizes", "diameter", "length"}
_COLOURS = {"color", "colour"}
# Color is recognised in the languages that shops often use, as its pictures follow the selection.
_COLOURS_ELSEWHERE = {"farbe", "couleur", "colore", "kleur", "cor", "färg", "farve", "farge", "kolor", "väri"}


def is_colour(name: str) -> bool:
    """Return whether an option is a color, so that one of its values may be shown as selected."""
    return name.strip().casefold() in _COLOURS | _COLOURS_ELSEWHERE


def options_text(values: Mapping[str, str], names: Iterable[str] = ()) -> str:
    """Return option values as one line ("Size: M, Color: red"), in the order of ``names`` if known."""
    order = [name for name in names if name in values] or list(values)
    return ", ".join(f"{name}: {values[name]}" for name in order)


def kind_of_option(name: str) -> str:
    """Return the kind of an option: ``size``, ``color``, or the last word of its name in lower case."""
    last = name.casefold().split()[-1:]
    if last and last[0] in _SIZES:
        return "size"
    if last and last[0] in _COLOURS:
        return "color"
    return last[0] if last else ""
