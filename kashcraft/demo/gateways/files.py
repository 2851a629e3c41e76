"""Readers of the demo shop's data: TOML files for nested data, delimited files for tables."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

from kashcraft.demo.rules.input import HelpPageInput, Person, ReviewText

DATA = Path(__file__).parents[1] / "data"
PICTURES = Path(__file__).parents[1] / "pictures"


def categories() -> list[dict[str, Any]]:
    """Return the categories, parents before their children."""
    return list(_toml("categories.toml")["category"])


def products() -> list[dict[str, Any]]:
    """Return every product with its care text and the fields that its file shares between products."""
    care = _toml("care.toml")
    found: list[dict[str, Any]] = []
    for path in sorted((DATA / "products").glob("*.toml")):
        shared = _toml(f"products/{path.name}")
        found += [
            {**shared, **product, "care": care[product["care"]].strip()} for product in shared.pop("product")
        ]
    return found


def pictures() -> dict[str, dict[str, Any]]:
    """Return the pictures by stem, each with alt text, size and available widths."""
    listed = json.loads((PICTURES / "index.json").read_text(encoding="utf-8"))
    return {entry["stem"]: entry for entry in listed}


def people(table: str) -> list[Person]:
    """Return the rows of ``customers`` or ``guests``."""
    return [Person(**row) for row in _rows(f"{table}.csv", ",")]


def reviews() -> list[ReviewText]:
    """Return the texts of the reviews."""
    return [
        ReviewText(row["product"], int(row["score"]), row["state"], row["title"], row["text"])
        for row in _rows("reviews.psv", "|")
    ]


def zones() -> list[dict[str, Any]]:
    """Return the delivery zones with their methods."""
    return list(_toml("shipping.toml")["zone"])


def taxes() -> list[dict[str, str]]:
    """Return the tax rates by country and region, in percent by tax class."""
    return _rows("taxes.csv", ",")


def discounts() -> dict[str, Any]:
    """Return the vouchers, the public gift card, and the goodwill cards."""
    return _toml("discounts.toml")


def staff() -> dict[str, Any]:
    """Return the members of staff and the password of every demo account."""
    return _toml("staff.toml")


def help_pages() -> list[HelpPageInput]:
    """Return the help pages: a header of ``name: value`` lines between dashes, then Markdown."""
    pages = []
    for path in sorted((DATA / "pages").glob("*.md")):
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        header = dict(line.split(": ", 1) for line in head.splitlines())
        pages.append(
            HelpPageInput(
                path.stem, header["title"], header["summary"], int(header["position"]), body.strip()
            )
        )
    return pages


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _rows(name: str, delimiter: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        if delimiter == ",":
            return list(csv.DictReader(file))
        return list(csv.DictReader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE))
