"""Tables for spreadsheets: CSV whose cells no program takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# With one of these a cell is a formula to Excel, LibreOffice and Google Sheets.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    """Return a value as the text of a cell; a text that would be a formula stands behind an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def written(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV with its headings; lines end as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
