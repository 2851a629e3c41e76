"""CSV files for spreadsheets, in which no cell is interpreted as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# Excel, LibreOffice and Google Sheets treat a cell as a formula when it begins with one of these characters,
# after spaces, and in some programs in their full-width forms. A leading apostrophe makes it a text.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


def cell(value: object) -> str:
    """Return a value as the text of a cell, with a leading apostrophe where it would be a formula.

    A text that already looks escaped gets another apostrophe, so that ``plain`` can restore it.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Return the text that ``cell`` has escaped."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV with headings; lines end as in RFC 4180."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (headings, *rows):
        writer.writerow([cell(value) for value in row])
    return out.getvalue()
