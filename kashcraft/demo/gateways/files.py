"""Reading the demo shop's data: TOML for what has structure, tables for what are rows."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

from kashcraft.demo.rules.facts import Person, ReviewText, WrittenPage

DATA = Path(__file__).parents[1] / "data"
PICTURES = Path(__file__).parents[1] / "pictures"


def categories() -> list[dict[str, Any]]:
    """Return the shelves, parents before their children."""
    return list(_toml("categories.toml")["category"])


def products() -> list[dict[str, Any]]:
    """Return every piece and family with its care text; what a file says of all its pieces is in each."""
    care = _toml("care.toml")
    found: list[dict[str, Any]] = []
    for path in sorted((DATA / "products").glob("*.toml")):
        shared = _toml(f"products/{path.name}")
        found += [
            {**shared, **product, "care": care[product["care"]].strip()} for product in shared.pop("product")
        ]
    return found


def pictures() -> dict[str, dict[str, Any]]:
    """Return the pictures by stem: alt text, size, and the widths there are."""
    listed = json.loads((PICTURES / "index.json").read_text(encoding="utf-8"))
    return {entry["stem"]: entry for entry in listed}


def people(table: str) -> list[Person]:
    """Return the rows of ``customers`` or ``guests``."""
    return [Person(**row) for row in _rows(f"{table}.csv", ",")]


def reviews() -> list[ReviewText]:
    """Return what people say about the pieces."""
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


def savings() -> dict[str, Any]:
    """Return the vouchers, the gift card to try, and what staff gave to customers."""
    return _toml("savings.toml")


def staff() -> dict[str, Any]:
    """Return the members of staff, and the password that everybody in the demo shop has."""
    return _toml("staff.toml")


def help_pages() -> list[WrittenPage]:
    """Return the help pages: some lines of facts between dashes, then Markdown."""
    pages = []
    for path in sorted((DATA / "pages").glob("*.md")):
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        facts = dict(line.split(": ", 1) for line in head.splitlines())
        pages.append(
            WrittenPage(path.stem, facts["title"], facts["summary"], int(facts["position"]), body.strip())
        )
    return pages


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _rows(name: str, delimiter: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        if delimiter == ",":
            return list(csv.DictReader(file))
        return list(csv.DictReader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE))
