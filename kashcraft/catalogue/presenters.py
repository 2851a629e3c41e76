"""Names of options in sentences.

Unknown names get sentences that fit a word of any language.
"""

from __future__ import annotations

from collections.abc import Callable

from kashcraft.catalogue.rules import kind_of_option
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext

_WORDS: dict[str, tuple[Callable[[], str], Callable[[int], str]]] = {
    "size": (lambda: _("Choose a size"), lambda n: ngettext("%(num)s size", "%(num)s sizes", n)),
    "color": (lambda: _("Choose a color"), lambda n: ngettext("%(num)s color", "%(num)s colors", n)),
    "plug type": (
        lambda: _("Choose a plug type"),
        lambda n: ngettext("%(num)s plug type", "%(num)s plug types", n),
    ),
    "amount": (lambda: _("Choose an amount"), lambda n: ngettext("%(num)s amount", "%(num)s amounts", n)),
    "weight": (lambda: _("Choose a weight"), lambda n: ngettext("%(num)s weight", "%(num)s weights", n)),
    "capacity": (
        lambda: _("Choose a capacity"),
        lambda n: ngettext("%(num)s capacity", "%(num)s capacities", n),
    ),
}


def choose_text(name: str) -> str:
    """Return the prompt to choose a value: "Choose a size", or "Choose: Edition" for an unknown name."""
    known = _WORDS.get(_kind(name))
    return known[0]() if known else _("Choose: %(option)s", option=name)


def count_text(name: str, count: int) -> str:
    """Return the number of values of an option: "5 sizes", or "5 choices" for an unknown name."""
    known = _WORDS.get(_kind(name))
    return known[1](count) if known else ngettext("%(num)s choice", "%(num)s choices", count)


def _kind(name: str) -> str:
    """Return the key of the texts for an option: its whole name, or the last word of it."""
    whole = " ".join(name.casefold().split())
    return whole if whole in _WORDS else kind_of_option(name)
