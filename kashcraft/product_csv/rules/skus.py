"""SKUs of a file's variants: its own if they are free, else derived from handle and options, never used
twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

from slugify import slugify

from kashcraft.core.ids import ProductId

LONGEST = 64


def derived_skus(slug: str, values: Sequence[str]) -> tuple[str, str]:
    """Return the SKU of ``derive_sku``, and the alternative if that is taken."""
    plain = "-".join(part for part in (slugify(text) for text in (slug, *values)) if part).upper()
    exact = "\x1f".join((slug, *values)).encode()
    digest = hashlib.sha256(exact).hexdigest()[:8].upper()
    hashed = f"{plain[: LONGEST - 9].rstrip('-')}-{digest}"
    return (plain if len(plain) <= LONGEST else hashed), hashed


def derive_sku(slug: str, values: Sequence[str], taken: Collection[str] = ()) -> str:
    """Return a SKU such as ``LEATHER-ANCHOR-GOLD``, of at most 64 characters.

    If that would be too long or is in ``taken``, it ends in eight characters of a hash of the exact handle
    and values, so that two variants never share one and a variant always gets the same.
    """
    plain, hashed = derived_skus(slug, values)
    return hashed if plain in taken else plain


class Skus:
    """The owners of SKUs while a file is read row by row: products of the shop, then rows of the file.

    ``owners`` are the shop's products by SKU, ``named`` the SKUs in the file, which are never derived for
    other rows.
    """

    def __init__(self, owners: Mapping[str, ProductId], named: Collection[str]) -> None:
        self._owners = dict(owners)
        self._rows: dict[str, int] = {}
        self._named = frozenset(named)

    def assign(
        self, wanted: str, *, row: int, slug: str, values: Sequence[str], known: tuple[ProductId, str] | None
    ) -> tuple[str, str]:
        """Return the SKU of a row's variant, and a note if it is not the one in the file.

        ``known`` are id and SKU of the shop's variant for the row. A SKU that another product has is refused:
        an existing variant keeps its own, a new one gets a derived one.
        """
        owner = self._owners.get(wanted)
        is_free = wanted not in self._rows and (owner is None or (known is not None and owner == known[0]))
        if wanted and is_free:
            return self._record(wanted, row, known), ""
        sku = known[1] if known else derive_sku(slug, values, {*self._named, *self._owners, *self._rows})
        if not wanted:
            return self._record(sku, row, known), ""
        whose = f"is also the SKU of row {self._rows[wanted]}" if wanted in self._rows else (
            "belongs to another product of the shop"
        )  # fmt: skip
        does = "keeps" if known else "gets"
        return self._record(sku, row, known), f"“{wanted}” {whose}; this one {does} “{sku}”"

    def _record(self, sku: str, row: int, known: tuple[ProductId, str] | None) -> str:
        if known is not None:
            self._owners.pop(known[1], None)
            self._owners[sku] = known[0]
        self._rows[sku] = row
        return sku
