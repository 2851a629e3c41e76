"""Tables for spreadsheets."""

from __future__ import annotations

import csv
import io

import pytest

from kashcraft.core import spreadsheets


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_text_is_never_a_formula(text: str) -> None:
    assert spreadsheets.cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"), [("VC-1017KQ", "VC-1017KQ"), (-5, "-5"), (None, ""), ("", ""), ("a=b", "a=b")]
)
def test_everything_else_stays_as_it_is(value: object, text: str) -> None:
    assert spreadsheets.cell(value) == text


def test_a_table_is_read_back_as_it_was_written() -> None:
    rows = [["VC-1017KQ", 'say "hi", twice'], ["two\nlines", ""]]
    text = spreadsheets.written(["Code", "Note"], rows)
    assert text.splitlines(keepends=True)[0] == "Code,Note\r\n"
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["Code", "Note"], *rows]
