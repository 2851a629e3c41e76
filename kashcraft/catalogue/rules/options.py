"""What the shop knows of an option by its name, which is the merchant's own and is shown as it was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_SIZES = {"size", "sizes", "diameter", "length"}
_COLOURS = {"color", "colour"}
# A colour is seen before it is read, so these are recognised in the languages that shops are often kept in.
_COLOURS_ELSEWHERE = {"farbe", "couleur", "colore", "kleur", "cor", "färg", "farve", "farge", "kolor", "väri"}


def is_colour(name: str) -> bool:
    """Return whether an option is told apart by looking, so that one of its values may be shown chosen."""
    return name.strip().casefold() in _COLOURS | _COLOURS_ELSEWHERE


def options_text(values: Mapping[str, str], names: Iterable[str] = ()) -> str:
    """Return the values of a variant as one line ("Size: M, Color: red"), in the order of ``names`` where
    they are known.
    """
    order = [name for name in names if name in values] or list(values)
    return ", ".join(f"{name}: {values[name]}" for name in order)


def kind_of_option(name: str) -> str:
    """Return what an option chooses: ``size``, ``color``, or the last word of its name, in lower case."""
    last = name.casefold().split()[-1:]
    if last and last[0] in _SIZES:
        return "size"
    if last and last[0] in _COLOURS:
        return "color"
    return last[0] if last else ""
