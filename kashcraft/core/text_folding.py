"""Normalization of words in searches and stored texts, the same on every database.

``fold`` is for facet values and sort keys. ``search_key`` and ``search_terms`` are for the two sides of a
search, which compares whole words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

# Accents of Latin, Greek and Cyrillic; vowel signs of other scripts distinguish words and are not removed.
_MARKS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_NO_WORD = re.compile(r"[\W_]+")
# Strokes and ligatures that normalization does not separate.
_REPLACEMENTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)

# Scripts without spaces between words, and Korean, which joins particles to words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
SHORTEST_BEGINNING = 3

_CHANGED = {
    "axes": "axe", "children": "child", "elves": "elf", "feet": "foot", "geese": "goose", "men": "man",
    "mice": "mouse", "quizzes": "quiz", "teeth": "tooth", "thieves": "thief", "topazes": "topaz",
    "women": "woman",
}  # fmt: skip
_CHANGED_ENDINGS = {
    "calves": "calf", "halves": "half", "hooves": "hoof", "knives": "knife", "leaves": "leaf",
    "loaves": "loaf", "scarves": "scarf", "shelves": "shelf", "wives": "wife", "wolves": "wolf",
}  # fmt: skip
# Singular words that end in one s, with plurals that end in ses.
_WITH_S = {
    "amaryllis", "atlas", "bias", "canvas", "christmas", "clematis", "gas", "ibis", "iris", "lens", "madras",
    "mantis", "thermos", "trellis",
}  # fmt: skip
# Words that end in che, with plurals that only add an s.
_WITH_CHE = {
    "ache", "avalanche", "brioche", "cache", "cloche", "creche", "ganache", "gouache", "mache", "moustache",
    "niche", "quiche",
}  # fmt: skip


class SearchTerm(NamedTuple):
    """A word of a search: in its normal form, and as typed where it may be the beginning of a longer word."""

    word: str
    begun: str = ""

    @property
    def is_anywhere(self) -> bool:
        """Return whether the word may be inside another one, because its script has no spaces."""
        return bool(_UNSPACED.search(self.word))

    def fits(self, text: str) -> bool:
        """Return whether a name contains the word, or a word that begins as it was typed."""
        if self.is_anywhere:
            return self.word in search_key(text)
        words = search_words(text)
        return self.word in words or bool(self.begun and any(word.startswith(self.begun) for word in words))


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return ``text`` without case and accents, with single spaces: " Étole " and "ETOLE" are "etole"."""
    if not text.isascii():
        apart = normalize("NFKD", normalize("NFKD", text).casefold())
        text = normalize("NFC", _MARKS.sub("", apart)).translate(_REPLACEMENTS)
    return " ".join(text.casefold().split())


def search_words(text: str) -> list[str]:
    """Return the words of ``text`` in one form for singular and plural: "Scarves, Papier-mâché" are scarf,
    papier and mache.
    """
    return [_stem(word) for word in _words(text)]


def search_key(text: str) -> str:
    """Return the words of ``text`` for a search to compare with, joined by spaces."""
    return " ".join(search_words(text))


def search_terms(text: str) -> list[SearchTerm]:
    """Return the terms of a search. The last one may be incomplete: "pend" finds pendants."""
    words = _words(text)
    terms = [SearchTerm(_stem(word)) for word in words]
    if words and len(words[-1]) >= SHORTEST_BEGINNING:
        terms[-1] = terms[-1]._replace(begun=words[-1])
    return terms


def _words(text: str) -> list[str]:
    return _NO_WORD.sub(" ", _APOSTROPHES.sub("", fold(text))).split()


def _stem(word: str) -> str:
    """Return a common form of an English word and its plural, which need not be a word: beanies, beanie and
    beany are beani.
    """
    singular = _singular(word)
    singular = _CHANGED.get(singular, singular)
    if len(singular) > 4 and singular.endswith("ie"):
        return singular[:-1]
    if len(singular) > 3 and singular.endswith("y") and singular[-2] not in "aeiou":
        return f"{singular[:-1]}i"
    drops_e = len(singular) > 3 and singular.endswith("use") and not singular.endswith("ouse")
    return singular[:-1] if drops_e else singular


def _singular(word: str) -> str:
    """Return an English word without its plural ending."""
    if word in _CHANGED:
        return _CHANGED[word]
    for plural, singular in _CHANGED_ENDINGS.items():
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us")) or word in _WITH_S:
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y" if len(word) > 4 else word[:-1]
    return word[:-2] if _adds_es(word) else word[:-1]


def _adds_es(word: str) -> bool:
    """Return whether the plural adds an e before its s."""
    singular = word[:-2]
    if word.endswith("ses"):
        return singular in _WITH_S or singular.endswith("ss") or _ends_in_us(singular)
    if word.endswith("oes"):
        return len(word) > 5 and not word.endswith(("shoes", "canoes"))
    if word.endswith("ches"):
        return word[:-1] not in _WITH_CHE
    return word.endswith(("shes", "xes", "tzes"))


def _ends_in_us(word: str) -> bool:
    return word.endswith("us") and not word.endswith("ous")
