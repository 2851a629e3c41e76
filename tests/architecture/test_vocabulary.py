"""Every text that people read keeps to the words of docs/glossary.md.

It reads the marked texts of templates (those of e-mails among them) and of Python, the help pages of the demo
shop, and the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, marked_texts

GLOSSARY = ROOT / "docs" / "glossary.md"
UNUSED = "## Words that are not used"
# Letters of the alphabet, and places that a value fills.
MEANT = re.compile(
    r"letters (?:and|or) digits|letters, digits|letters A to Z|letters that look like|%\(\w+\)s",
    re.IGNORECASE,
)
QUOTED = re.compile(r"```.*?```|`[^`\n]*`|\"[^\"\n]*\"|\*[^*\n]+\*|<[^>\n]*>|\]\([^)\n]*\)", re.DOTALL)
# What still has such a word, with its reason. The list may only shrink: an entry without need fails.
EXCEPTIONS = {
    ("kashcraft/accounts/presenters.py", "postcode"): "what these countries call it, as labels do",
}


@cache
def unused() -> dict[str, str]:
    """Return the words that are not used, each with where: everywhere, texts or documents."""
    table = GLOSSARY.read_text().partition(f"{UNUSED}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\|(.*)\|$", table, re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {row[0]: row[2] for row in rows[2:]}


@cache
def of_words(where: str) -> re.Pattern[str]:
    """Return what finds a word that is not used there, in the singular or plural."""
    words = [word for word, place in unused().items() if place in ("everywhere", where)]
    forms = [
        re.escape(word[:-1]) + "(?:f|ves)" if word == "shelf" else re.escape(word) + "s?" for word in words
    ]
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(forms)})(?![\w-])", re.IGNORECASE)


def marked() -> Iterator[tuple[str, str]]:
    """Yield each marked text with the file that it stands in."""
    return ((name, text) for name, _, text in marked_texts())


def documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *files("docs", ".md")]


def wrong_words(text: str, where: str) -> list[str]:
    """Return the words in a text that are not used there, in lower case and in the singular."""
    found = [match.lower() for match in of_words(where).findall(MEANT.sub("", text))]
    return [
        "shelf" if word == "shelves" else word.removesuffix("s") if word not in unused() else word
        for word in found
    ]


def test_texts_that_people_read_keep_to_the_glossary() -> None:
    texts = [
        *marked(),
        *(
            (str(path.relative_to(ROOT)), path.read_text())
            for path in files("kashcraft/demo/data/pages", ".md")
        ),
    ]
    found = {(name, word) for name, text in texts for word in wrong_words(text, "texts")}

    assert len(texts) > 1_500
    assert found == set(EXCEPTIONS)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_documents_keep_to_the_glossary(path: Path) -> None:
    text = path.read_text()
    if path == GLOSSARY:
        text = re.sub(r"^\|.*\|$", "", text, flags=re.MULTILINE)
    wrong = [
        f"{path.relative_to(ROOT)}:{number} {word}"
        for number, line in enumerate(QUOTED.sub(_blank, text).splitlines(), start=1)
        for word in wrong_words(line, "documents")
    ]

    assert wrong == [], "use the word that docs/glossary.md has instead"


def _blank(quoted: re.Match[str]) -> str:
    return "\n" * quoted[0].count("\n")


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("Send its letter again", "texts", ["letter"]),
        ("3 to 40 letters A to Z, and letters and digits", "texts", []),
        ("Your basket, its articles and two shelves", "texts", ["basket", "article", "shelf"]),
        ("Gift card %(letters)s", "texts", []),
        ("Two pieces in your bag", "texts", []),
        ("Two pieces in a bag", "documents", ["piece", "bag"]),
        ("kept in SavedAddress.email, shown as billing-email", "documents", []),
        ("One per cent", "documents", ["per cent"]),
    ],
)
def test_the_reader_knows_words_from_what_looks_like_them(text: str, where: str, found: list[str]) -> None:
    assert wrong_words(text, where) == found


def test_percents_stand_close() -> None:
    texts = [*marked(), *((str(path.relative_to(ROOT)), path.read_text()) for path in documents())]

    assert [(name, found) for name, text in texts for found in re.findall(r"\d %(?![\w(%}])", text)] == []
