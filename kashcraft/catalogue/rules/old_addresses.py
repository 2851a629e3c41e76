"""Addresses as Shopify's shops have them, which old links, bookmarks and descriptions still lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

MARKET = r"[a-z]{2}(?:-[A-Za-z]{2,4})?"
_MARKET = re.compile(f"/{MARKET}(?=/)")
# What Shopify answers to programs under the address of a product; here is nothing for them to read.
_FOR_PROGRAMS = (".json", ".js", ".oembed", ".atom", ".xml")
EVERYTHING = "all"


class OldKind(StrEnum):
    """What an address of the other shop shows."""

    PRODUCT = "product"
    COLLECTION = "collection"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class OldAddress:
    """What an address of the other shop names; an empty name is the list of all collections."""

    kind: OldKind
    name: str


def read_old_address(path: str) -> OldAddress | None:
    """Return what a path such as ``/de/collections/shawls/products/rose`` names, None for any other path.

    A market before it is skipped; a collection's tag is left out.
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
