"""Texts that people read, marked so that they can be put into other languages: English is the key.

``gettext`` (imported as ``_``) and ``ngettext`` are for texts at the moment they are shown; ``lazy_gettext``
(imported as ``_l``) is for those written down at import: labels, messages of validators, tables of sentences.
Templates are marked by the same names, see ``core.marked``.
"""

from __future__ import annotations

from collections.abc import Callable
from gettext import NullTranslations
from typing import TYPE_CHECKING, NoReturn

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


class LazyTextError(TypeError, AttributeError):
    """A lazy text was used as if it were a string: that would have put it into one language for good."""

    def __init__(self, used: str, text: str) -> None:
        super().__init__(
            f"{used} does not work with the lazy text {text!r}. Put values into its named places"
            " (_l(..., low=1), or .filled(low=1) when it is shown), or say str() at the moment it is shown."
        )


def _refuse(use: str) -> Callable[..., NoReturn]:
    def refused(text: LazyText, *_others: object) -> NoReturn:
        raise LazyTextError(use, text._text)

    return refused


class LazyText:
    """A text that is looked up whenever it is shown, not when it is written down; it may carry its values.

    It is not a string. ``str()``, templates and f-strings show it in the language spoken; whatever else a
    string can do raises LazyTextError, so that none of it freezes a text into the language of the import.
    Two are equal when text and values are; compared with a string, which would depend on the language, they
    raise as well. They have no order.
    """

    __slots__ = ("_text", "_values")

    def __init__(self, text: str, /, **values: object) -> None:
        self._text = text
        self._values = values

    def filled(self, **values: object) -> str:
        """Return the text in the language spoken now, with ``values`` in its %(named)s places."""
        return gettext(self._text, **self._values, **values)

    def __str__(self) -> str:
        found = catalogue().gettext(self._text)
        return found % self._values if self._values else found

    def __html__(self) -> Markup:
        return escape(str(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        values = "".join(f", {name}={value!r}" for name, value in self._values.items())
        return f"_l({self._text!r}{values})"

    def __bool__(self) -> bool:
        return True

    def __hash__(self) -> int:
        return hash((LazyText, self._text))

    # Hidden from the type checker, which so refuses every one of these uses before a test does.
    if not TYPE_CHECKING:

        def __eq__(self, other):
            if isinstance(other, str):
                raise LazyTextError("==", self._text)
            if not isinstance(other, LazyText):
                return NotImplemented
            return (self._text, self._values) == (other._text, other._values)

        def __getattr__(self, name):
            if hasattr(str, name):
                raise LazyTextError(f".{name}", self._text)
            raise AttributeError(f"a lazy text has no {name!r}")

        __mod__ = __rmod__ = _refuse("%")
        __add__ = __radd__ = _refuse("+")
        __mul__ = __rmul__ = _refuse("*")
        __getitem__ = _refuse("[]")
        __iter__ = _refuse("iteration")
        __len__ = _refuse("len()")
        __contains__ = _refuse("in")
        __lt__ = __le__ = __gt__ = __ge__ = _refuse("<")


def lazy_gettext(text: str, /, **values: object) -> LazyText:
    """Mark a text at import, with values for its %(named)s places where they are known by then."""
    return LazyText(text, **values)
