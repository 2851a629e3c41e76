"""One normal form for words that people type and words that the shop stores, the same on every database.

``fold`` is what facet values and sort keys go by; ``search_key`` and ``search_words`` are the two sides of a
search by words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

# Accents of Latin, Greek and Cyrillic letters; the vowel signs of other scripts make other words and stay.
_MARKS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_NO_WORD = re.compile(r"[\W_]+")
# Letters that carry their stroke or ligature in themselves and do not come apart by normalization.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

_CHANGED = {
    "calves": "calf", "halves": "half", "hooves": "hoof", "knives": "knife", "leaves": "leaf",
    "loaves": "loaf", "scarves": "scarf", "shelves": "shelf", "wolves": "wolf",
}  # fmt: skip


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return ``text`` without case and accents, its blanks single: "  Étole " and "ETOLE" are "etole"."""
    if not text.isascii():
        apart = normalize("NFKD", normalize("NFKD", text).casefold())
        text = normalize("NFC", _MARKS.sub("", apart)).translate(_LETTERS)
    return " ".join(text.casefold().split())


def search_words(text: str) -> list[str]:
    """Return the words of ``text`` in their normal form and in the singular: "Scarves, Papier-mâché" are
    scarf, papier and mache.
    """
    return [_singular(word) for word in _NO_WORD.sub(" ", _APOSTROPHES.sub("", fold(text))).split()]


def search_key(text: str) -> str:
    """Return what a search compares its words with: those of ``text``, joined by blanks."""
    return " ".join(search_words(text))


def _singular(word: str) -> str:
    """Return an English word without the ending of its plural. Words that end like one by nature lose it as
    well, on both sides of a search.
    """
    if word in _CHANGED:
        return _CHANGED[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]
