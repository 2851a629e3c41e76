"""Addresses in the form of Shopify shops, to which old links, bookmarks and descriptions still point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

MARKET = r"[a-z]{2}(?:-[A-Za-z]{2,4})?"
_MARKET = re.compile(f"/{MARKET}(?=/)")
# Shopify's machine-readable versions of a product page; this shop has none.
_FOR_PROGRAMS = (".json", ".js", ".oembed", ".atom", ".xml")
EVERYTHING = "all"


class OldKind(StrEnum):
    """The kind of page at an address of a Shopify shop."""

    PRODUCT = "product"
    COLLECTION = "collection"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class OldAddress:
    """A page of a Shopify shop; an empty name is the list of all collections."""

    kind: OldKind
    name: str


def read_old_address(path: str) -> OldAddress | None:
    """Return the page that a path such as ``/de/collections/shawls/products/rose`` names, None for other
    paths.

    A market at its beginning is skipped, the tag of a collection ignored.
    """
    parts = _MARKET.sub("", path, count=1).strip("/").split("/")
    match parts:
        case ["products", handle] | ["collections", _, "products", handle]:
            return None if handle.endswith(_FOR_PROGRAMS) else OldAddress(OldKind.PRODUCT, handle)
        case ["collections"]:
            return OldAddress(OldKind.COLLECTION, "")
        case ["collections", handle] | ["collections", handle, _]:
            return None if handle.endswith(_FOR_PROGRAMS) else OldAddress(OldKind.COLLECTION, handle)
        case ["pages", handle] | ["policies", handle]:
            return OldAddress(OldKind.PAGE, handle)
    return None
