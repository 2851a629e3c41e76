"""Texts about stock and variants on cards and product pages."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.catalogue.presenters import count_text
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext


def stock_words(state: str, free: int | None = None, one_of_a_kind: bool = False) -> str:
    """Return the text for a state of stock. Where few units are left and ``free`` is known, it states their
    number.

    For a product of which only one exists, the last unit is not presented as a reason to hurry.
    """
    if state == "sold_out":
        return _("Sold out")
    if state == "held":
        return _("Somebody is paying for it now.")
    if state == "low" and one_of_a_kind:
        return _("One of a kind")
    if state == "low":
        return _("Only %(count)s left", count=free) if free else _("Few left")
    return _("In stock")


def variants_note(option_names: Sequence[str], count: int) -> str:
    """Return the number of variants in words ("5 sizes"), or an empty text for fewer than two."""
    if count < 2:
        return ""
    if len(option_names) != 1:
        return ngettext("%(num)s choice", "%(num)s choices", count)
    return count_text(option_names[0], count)
