"""CSV files for spreadsheets."""

from __future__ import annotations

import csv
import io
import re

import pytest

from kashcraft.core import spreadsheets
from tests.architecture.source import ROOT

FORMULAS = [
    '=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "\uff1d1+1", "'=1", "''=1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_never_a_formula(text: str) -> None:
    assert spreadsheets.cell(text) == f"'{text}"
    assert spreadsheets.to_csv([text], [[text]]).count("'" + text.replace('"', '""')) == 2


@pytest.mark.parametrize("text", [*FORMULAS, "'quoted'", "'", "a=b", "", "'tis"])
def test_escaped_cells_are_restored(text: str) -> None:
    assert spreadsheets.plain(spreadsheets.cell(text)) == text


def test_every_table_is_written_in_one_place() -> None:
    """Other writers must escape their cells themselves, as the product file does."""
    writer = re.compile(r"csv\.(Dict)?[wW]riter")
    sources = ROOT.glob("kashcraft/**/*.py")
    writing = {str(path.relative_to(ROOT)) for path in sources if writer.search(path.read_text())}

    assert writing == {"kashcraft/core/spreadsheets.py", "kashcraft/product_csv/rules/writing.py"}


@pytest.mark.parametrize(
    ("value", "text"), [("VC-1017KQ", "VC-1017KQ"), (-5, "-5"), (None, ""), ("", ""), ("a=b", "a=b")]
)
def test_other_cells_are_unchanged(value: object, text: str) -> None:
    assert spreadsheets.cell(value) == text


def test_a_table_is_read_back_as_it_was_written() -> None:
    rows = [["VC-1017KQ", 'say "hi", twice'], ["two\nlines", ""]]
    text = spreadsheets.to_csv(["Code", "Note"], rows)
    assert text.splitlines(keepends=True)[0] == "Code,Note\r\n"
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["Code", "Note"], *rows]
