"""From the bytes of a file to numbered rows with known columns, or to errors with their place."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kashcraft.core import spreadsheets

# The internal name of a column, and its headings: Shopify's older one first, then the newer one.
COLUMNS: dict[str, tuple[str, ...]] = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "body": ("Body (HTML)", "Description"),
    "vendor": ("Vendor",),
    "type": ("Type", "Custom Product Type"),
    "tags": ("Tags",),
    "published": ("Published", "Published on online store"),
    "option1_name": ("Option1 Name",),
    "option1_value": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2_value": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3_value": ("Option3 Value",),
    "sku": ("Variant SKU", "SKU"),
    "grams": ("Variant Grams", "Weight value (grams)"),
    "tracker": ("Variant Inventory Tracker", "Inventory tracker"),
    "quantity": ("Variant Inventory Qty", "Inventory quantity"),
    "policy": ("Variant Inventory Policy", "Continue selling when out of stock"),
    "price": ("Variant Price", "Price"),
    "compare_at": ("Variant Compare At Price", "Compare-at price"),
    "taxable": ("Variant Taxable", "Charge tax"),
    "image_src": ("Image Src", "Product image URL"),
    "image_position": ("Image Position",),
    "image_alt": ("Image Alt Text",),
    "gift_card": ("Gift Card",),
    "seo_title": ("SEO Title",),
    "seo_description": ("SEO Description",),
    "variant_image": ("Variant Image", "Variant image URL"),
    "cost": ("Cost per item",),
    "status": ("Status",),
}
REQUIRED = ("handle", "title", "price")
_KNOWN = {heading.casefold(): column for column, headings in COLUMNS.items() for heading in headings}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """An error or note on a file and its place.

    Rows count as in a spreadsheet: the headings are row 1; 0 is the whole file.
    """

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        """Return the remark as one line for people."""
        place = f"row {self.row}" if self.row else "file"
        return f"{place}, {self.column}: {self.message}" if self.column else f"{place}: {self.message}"


@dataclass(slots=True)
class Remarks:
    """Remarks on a file: ``errors`` forbid its import, ``notes`` state cells that are imported with another
    value.
    """

    errors: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def refuse(self, row: int, column: str, message: str) -> None:
        """Record that the cell of a row under ``column`` cannot be used."""
        self.errors.append(Remark(row, heading(column), message))

    def note(self, row: int, column: str, message: str) -> None:
        """Record that the cell of a row under ``column`` is imported with another value."""
        self.notes.append(Remark(row, heading(column), message))

    def __add__(self, other: Remarks) -> Remarks:
        """Return the remarks of both, in the order of their rows."""
        return Remarks([*self.errors, *other.errors], [*self.notes, *other.notes]).in_order()

    def in_order(self) -> Remarks:
        """Return the remarks in the order of their rows."""
        return Remarks(sorted(self.errors), sorted(self.notes))


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number, and its trimmed cells by the internal names of the columns."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return the cell, an empty text if the file has no such column."""
        return self.cells.get(column, "")


def heading(column: str) -> str:
    """Return the heading of a column in Shopify's files, for messages and exports."""
    return COLUMNS[column][0]


def read_rows(data: bytes) -> tuple[list[Row], list[Remark]]:
    """Return the rows of a CSV file and the errors of the file as a whole.

    UTF-8 with or without a byte order mark and UTF-16 with a mark are read. Rows without text are left out.
    With unusable headings there are no rows.
    """
    text, problem = _decode(data)
    if problem:
        return [], [problem]
    errors: list[Remark] = []
    records = _records(text, errors)
    _, headings = next(records, (1, []))
    columns = _columns(headings, errors)
    if errors:
        return [], errors
    rows = []
    for number, record in records:
        if len(record) > len(headings):
            errors.append(Remark(number, "", f"{len(record)} cells, but there are {len(headings)} headings"))
            continue
        cells = {
            column: spreadsheets.plain(record[at].strip()) if at < len(record) else ""
            for column, at in columns.items()
        }
        if any(cells.values()):
            rows.append(Row(number, cells))
    if not rows and not errors:
        errors.append(Remark(0, "", "there are headings but no products"))
    return rows, errors


def _decode(data: bytes) -> tuple[str, Remark | None]:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"not readable as UTF-8 (line {line}); save it as “CSV UTF-8” and try again"
        return "", Remark(0, "", message)
    if "\x00" in text:
        return "", Remark(0, "", "this is not a text file; save it as “CSV UTF-8” and try again")
    if not text.strip():
        return "", Remark(0, "", "the file is empty")
    return text, None


def _records(text: str, errors: list[Remark]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            errors.append(Remark(number, "", f"the quotes do not close properly ({error})"))
            return
        yield number, record


def _columns(headings: list[str], errors: list[Remark]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, text in enumerate(headings):
        column = _KNOWN.get(text.strip().casefold())
        if column is None:
            continue
        if column in columns:
            errors.append(Remark(1, text.strip(), "this column is there twice"))
        columns.setdefault(column, at)
    missing = [heading(column) for column in REQUIRED if column not in columns]
    if missing and len(headings) == 1 and any(mark in headings[0] for mark in ";\t|"):
        errors.append(Remark(1, "", "the columns are not separated by commas; export the file with commas"))
    elif missing:
        errors.append(Remark(1, "", f"missing columns: {', '.join(missing)}"))
    return columns
