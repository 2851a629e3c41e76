"""Tables for spreadsheets: CSV whose cells no program takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# With one of these, alone or behind blanks, a cell is a formula to Excel, LibreOffice or Google Sheets; so
# are their wide forms where a program folds those. An apostrophe in front makes it a text.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


def cell(value: object) -> str:
    """Return a value as the text of a cell; a text that would be a formula stands behind an apostrophe.

    ``plain`` takes it away again, and for that a text that looks guarded already gets another one.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Return the text that ``cell`` has written, without the apostrophe that guards it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def written(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV with its headings; lines end as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (headings, *rows):
        writer.writerow([cell(value) for value in row])
    return out.getvalue()
