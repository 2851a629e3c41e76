"""Texts for people, marked for translation; the English text is the key.

``gettext`` (imported as ``_``) and ``ngettext`` translate when they are called. ``lazy_gettext`` (imported as
``_l``) is for constants that are defined at import: labels, messages of validators, tables of texts.
Templates use the same names, see ``core.i18n_templates``.
"""

from __future__ import annotations

from collections.abc import Callable
from gettext import NullTranslations
from typing import TYPE_CHECKING, NoReturn

from markupsafe import Markup, escape

ENGLISH = NullTranslations()


def catalogue() -> NullTranslations:
    """Return the texts of the current language; the only place that chooses it."""
    return ENGLISH


def gettext(text: str, /, **values: object) -> str:
    """Return ``text`` in the current language, with ``values`` for its %(named)s placeholders."""
    found = catalogue().gettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the singular or plural for ``count``, which is also the value of %(num)s."""
    return catalogue().ngettext(one, many, count) % {"num": count, **values}


class LazyTextError(TypeError, AttributeError):
    """A lazy text was used like a string, which would have fixed its language at import."""

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
    """A text that is translated whenever it is shown; it may contain values.

    It is not a string. ``str()``, templates and f-strings return it in the current language. Other uses of
    strings raise LazyTextError, because their result would keep the language of the import. Two lazy texts
    are equal when text and values are; comparing with a string raises as well. They have no order.
    """

    __slots__ = ("_text", "_values")

    def __init__(self, text: str, /, **values: object) -> None:
        self._text = text
        self._values = values

    def filled(self, **values: object) -> str:
        """Return the text in the current language, with ``values`` for its %(named)s placeholders."""
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

    # Hidden from the type checker, so that it reports these uses as errors.
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
    """Mark a text at import, with those values of its %(named)s placeholders that are known."""
    return LazyText(text, **values)
