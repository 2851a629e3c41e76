"""Texts that people read, marked so that they can be put into other languages: English is the key.

``gettext`` (imported as ``_``) and ``ngettext`` are for texts at the moment they are shown; ``lazy_gettext``
(imported as ``_l``) is for those written down at import: labels, messages of validators, tables of words.
Templates are marked by the same names, see ``core.marked``.
"""

from __future__ import annotations

from gettext import NullTranslations
from typing import Any

from markupsafe import Markup, escape

ENGLISH = NullTranslations()


def catalogue() -> NullTranslations:
    """Return the texts of the language spoken: the one place to look it up by request or recipient."""
    return ENGLISH


def gettext(text: str, /, **values: object) -> str:
    """Return ``text`` in the language spoken, with ``values`` in its %(named)s places."""
    found = catalogue().gettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the form for ``count``, which is also the value of %(num)s."""
    return catalogue().ngettext(one, many, count) % {"num": count, **values}


class LazyText(str):
    """A text that is looked up whenever it is shown or filled in, not when it is written down.

    As a plain string (compared, sorted, kept in a dictionary) it is its English.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return catalogue().gettext(str.__str__(self))

    def __html__(self) -> Markup:
        return escape(str(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __mod__(self, values: Any) -> str:
        return str.__mod__(str(self), values)

    def format(self, *values: object, **named: object) -> str:
        """Return the text of the language spoken with its {named} places filled."""
        return str(self).format(*values, **named)


def lazy_gettext(text: str, /) -> str:
    """Mark a text at import; what comes back is a LazyText, to be used as any string."""
    return LazyText(text)
