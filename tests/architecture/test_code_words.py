"""Names, docstrings and comments keep to the terms of docs/glossary.md."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.ratchets import ratchet
from tests.architecture.source import ROOT, files

TABLE = "## Words that are not used in code"
# Irregular forms, and accepted uses.
FORMS = {
    "shelf": "shelf|shelves|shelved",
    "story": "story|stories",
    "act": "acts?",
    "wish": "wish|wishes|wished",
    "call off": r"call(?:s|ed)?[ _]off",
    "work out": r"work(?:s|ed)?[ _](?:them[ _]|it[ _])?out",
    "somebody": "(?:some|any)body",
    "bag": "bags?",
}
MEANT = re.compile(
    r"letters? (?:and|or|of|A|a|to)\b|(?:small|capital|lower-case|upper-case|first|single) letters?|letters?,"
    r"|address[ _]?books?|kashcraft\.books|\bbooks\b|wish[ _]?lists?|ware-?house|in-house|book-?keeping",
    re.IGNORECASE,
)

# What a file with a comment contains, as formatted files do; only those are read by the slow tokenizer.
COMMENT = re.compile(r"^#|\s#", re.MULTILINE)


@cache
def refused() -> dict[str, re.Pattern[str]]:
    """Return a pattern for each word of the table, in singular and plural."""
    table = (ROOT / "docs" / "glossary.md").read_text().partition(TABLE)[2]
    words = re.findall(r"^\| ([a-z ]+) \|", table, re.MULTILINE)[1:]
    return {word: re.compile(rf"\b(?:{FORMS.get(word, word + 's?')})\b", re.IGNORECASE) for word in words}


def parted(name: str) -> str:
    """Return the words of a name, as in order_line and OrderLine."""
    return " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", name))


@cache
def wrong_words(text: str) -> list[str]:
    """Return the words of the table in a text, after splitting the names in it."""
    words = re.sub(r"\w*(?:_|[a-z][A-Z])\w*", lambda name: parted(name[0]), MEANT.sub("", text))
    return [word for word, pattern in refused().items() for _ in pattern.findall(words)]


def written(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the names, docstrings and comments of a file with their lines."""
    text = path.read_text()
    if COMMENT.search(text):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if isinstance(node, ast.Module):
                yield 1, parted(path.stem)
            else:
                yield node.lineno, parted(node.name)
            if node.body and (docstring := ast.get_docstring(node, clean=False)):
                yield node.body[0].lineno, docstring
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, parted(node.id)
        elif isinstance(node, ast.arg):
            yield node.lineno, parted(node.arg)


def places(folder: str) -> list[str]:
    """Return each word of the table in the files of a folder: ``file:line word``."""
    return [
        f"{path.relative_to(ROOT)}:{line} {word}"
        for path in files(folder, ".py")
        for line, text in written(path)
        for word in wrong_words(text)
    ]


def test_the_shop_keeps_to_the_glossary() -> None:
    ratchet("words that the glossary refuses in kashcraft", places("kashcraft"))


def test_the_tests_keep_to_the_glossary() -> None:
    ratchet("words that the glossary refuses in tests", places("tests"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GiftCardAct", ["act"]),
        ("Return what was kept on the shelves.", ["shelf", "kept"]),
        ("A letter is sent.", ["letter"]),
        ("Letters and digits, letters A to Z", []),
        ("The address book of kashcraft.books", []),
        ("Return ``standing_of`` the exact action.", ["standing"]),
        ("It is worked out for somebody", ["somebody", "work out"]),
    ],
)
def test_words_are_found_in_names_and_sentences(text: str, found: list[str]) -> None:
    assert wrong_words(text) == found
