"""A line of a description shows all its words, and marks only where Markdown shows them as marks."""

from __future__ import annotations

import pytest

from kashcraft.product_csv.rules.inline import LINK, MOST_MARKS, Mark, Token, marked

B, B_END = Mark("**", True), Mark("**", False)
EM, EM_END = Mark("*", True), Mark("*", False)


def link(target: str) -> tuple[Mark, Mark]:
    return Mark(LINK, True, target), Mark(LINK, False, target)


@pytest.mark.parametrize(
    ("tokens", "line"),
    [
        (["Made of walnut."], "Made of walnut."),
        (["Made of ", B, "walnut", B_END, "."], "Made of **walnut**."),
        (["Made", B, " of walnut ", B_END, "wood"], "Made **of walnut** wood"),
        ([B, EM, "walnut", EM_END, B_END], "***walnut***"),
        (["Made ", B, "  ", B_END, "of walnut"], "Made of walnut"),
        ([B, "wal", B_END, B, "nut", B_END], "**walnut**"),
        (["  Made \n of ", "walnut  "], "Made of walnut"),
    ],
)
def test_marks_stand_close_to_their_words(tokens: list[Token], line: str) -> None:
    assert marked(tokens) == line


@pytest.mark.parametrize(
    ("tokens", "line"),
    [
        (["2 * 3 _ 4"], r"2 \* 3 \_ 4"),
        (["# 1 of a kind"], r"\# 1 of a kind"),
        (["1. of a kind"], r"1\. of a kind"),
        (["- of a kind"], r"\- of a kind"),
        (["&copy; of a kind"], r"\&copy; of a kind"),
        (["<b>not a tag</b>"], r"\<b\>not a tag\</b\>"),
    ],
)
def test_signs_are_shown_as_signs(tokens: list[Token], line: str) -> None:
    assert marked(tokens) == line


def test_a_link_keeps_its_words_and_its_target() -> None:
    begin, end = link("/p/kani-shawl")

    assert marked(["See the ", begin, "shawl", end, "."]) == "See the [shawl](</p/kani-shawl>)."
    assert marked(["See", begin, " ", end]) == "See"


def test_a_mark_that_would_not_be_seen_gives_up_its_signs_or_itself() -> None:
    assert marked(["wal", B, "(nut)", B_END, "wood"]) == "wal(**nut**)wood"
    assert marked(["wal", B, "--", B_END, "nut"]) == "wal--nut"


def test_a_line_of_very_many_marks_keeps_its_words_only() -> None:
    tokens: list[Token] = []
    for _ in range(MOST_MARKS):
        tokens += [B, "x", B_END, " "]

    assert marked(tokens) == " ".join(["x"] * MOST_MARKS)
