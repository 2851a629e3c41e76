"""A pseudo language: every marked text in capitals, with its placeholders in another order.

English that remains on a page was translated too early, or is not marked, or was joined from parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from flask import Flask
from jinja2.utils import LRUCache

from kashcraft.core import i18n

ROOT = Path(__file__).resolve().parents[2]
_PLACE = re.compile(r"(%\(\w+\)s)")
# Unchanged parts: placeholders, tags, and character references.
_UNCHANGED = re.compile(r"(%\(\w+\)s|<[^>]*>|&\w+;|%%)")
_WORDS = re.compile(r"[^\W\d]+(?:['’][^\W\d]+)*")
_ADDRESS = re.compile(r"https?:[^\s<]+|(?<!\S)/[\w/-]+")
_READ = {"alt", "aria-label", "aria-description", "placeholder", "title", "label"}
_UNSEEN = {"script", "style", "svg"}


def shout(text: str) -> str:
    """Return a text in capitals, with reversed placeholders where it contains no tags."""
    parts = _UNCHANGED.split(text)
    loud = "".join(part if number % 2 else part.upper() for number, part in enumerate(parts))
    places = iter(reversed(_PLACE.findall(loud)))
    return loud if "<" in loud else _PLACE.sub(lambda _: next(places), loud)


class PseudoTranslations(NullTranslations):
    """The translations of the pseudo language."""

    def gettext(self, message: str) -> str:
        """Return the text in capitals."""
        return shout(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for ``n`` in capitals."""
        return shout(msgid1 if n == 1 else msgid2)


def speak(app: Flask, patch: pytest.MonkeyPatch) -> None:
    """Use the pseudo language in templates and Python until ``patch`` is undone."""
    patch.setattr(i18n, "catalogue", PseudoTranslations)
    patch.setattr(app.jinja_env, "texts", PseudoTranslations())
    patch.setattr(app.jinja_env, "cache", LRUCache(400))
    patch.setattr(app.jinja_env, "_loaded", {})
    patch.setattr(app.jinja_env, "bytecode_cache", None)


class _Reader(HTMLParser):
    """Collects visible text and attributes with text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self.found += [value or "" for name, value in attrs if name in _READ or name.startswith("data-")]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)


def read(markup: str) -> list[str]:
    """Return the texts of a page, trimmed."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return [text.strip() for text in reader.found if text.strip()]


def english(texts: Iterable[str]) -> list[str]:
    """Return the texts that contain English of a marked text: two adjacent words, or a text of one word."""
    single, pairs = _known()
    bare = (_ADDRESS.sub("", text).strip() for text in texts)
    return [text for text in bare if text in single or any(pair in pairs for pair in _pairs(text))]


@cache
def _known() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Return the marked texts of one word, and every two adjacent words of the others."""
    single, pairs = set[str](), set[tuple[str, str]]()
    for text in _marked():
        for part in _UNCHANGED.split(text)[::2]:
            pairs |= set(_pairs(part))
        if len(_WORDS.findall(text)) == 1 and text != text.upper():
            single.add(text.strip())
    return frozenset(single), frozenset(pairs)


def _marked() -> Iterator[str]:
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    options = {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    for folder, method in (("kashcraft", "python"), ("templates", "jinja2")):
        for found in extract_from_dir(
            ROOT / folder, [("**.*" if method == "jinja2" else "**.py", method)], {"**.*": options}, keywords
        ):
            yield from [found[2]] if isinstance(found[2], str) else found[2]


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return adjacent words that the pseudo language would have in capitals."""
    words = _WORDS.findall(text)
    return [(one, other) for one, other in pairwise(words) if one != one.upper() and other != other.upper()]
