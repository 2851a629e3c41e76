"""Links in descriptions: those to pages of the former shop are changed to the pages of this shop."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import SplitResult, unquote, urlsplit

from kashcraft.catalogue.rules import (
    EVERYTHING,
    OldAddress,
    OldKind,
    category_path,
    product_path,
    read_old_address,
)
from kashcraft.product_csv.rules.document import Row
from kashcraft.product_csv.rules.handles import category_slug_of, slug_of, slugs_of

Link = Callable[[str], str]
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


def host_of(text: str) -> str:
    """Return the host of an address or host name, in lower case without "www."; empty if there is none."""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if _HOST.fullmatch(host) else ""


@dataclass(frozen=True)
class Links:
    """Changes links of descriptions to pages of this shop.

    ``hosts`` are the shop's own and its former hosts; ``products`` are slugs by handle, ``categories`` slugs
    by collection name. Links to unknown pages stay; the shop redirects old addresses.
    """

    hosts: frozenset[str]
    products: Mapping[str, str]
    categories: Mapping[str, str]

    def __call__(self, href: str) -> str:
        """Return the changed link; links to other hosts are returned unchanged."""
        parts = _split(href, self.hosts)
        if parts is None:
            return href
        if parts.netloc and parts.path in ("", "/"):
            return "/"
        old = read_old_address(unquote(parts.path))
        if old is None:
            return href
        return self._path(old) or (parts.path if parts.netloc else href)

    def _path(self, old: OldAddress) -> str:
        if old.kind is OldKind.PRODUCT:
            slug = self.products.get(old.name) or self.products.get(slug_of(old.name))
            return product_path(slug) if slug else ""
        if old.kind is OldKind.COLLECTION:
            if old.name in ("", EVERYTHING):
                return "/products"
            slug = self.categories.get(old.name) or self.categories.get(category_slug_of(old.name))
            return category_path(slug) if slug else ""
        return ""


def names_of(rows: Iterable[Row], hosts: frozenset[str]) -> tuple[set[str], set[str]]:
    """Return the slugs of products and of categories to which descriptions of a file may link."""
    products: set[str] = set()
    categories: set[str] = set()
    for row in rows:
        for found in _HREF.findall(row["body"]):
            parts = _split(unescape("".join(found)), hosts)
            old = read_old_address(unquote(parts.path)) if parts else None
            if old and old.kind is OldKind.PRODUCT:
                products |= {old.name, slug_of(old.name)}
            elif old and old.kind is OldKind.COLLECTION:
                categories |= {old.name, category_slug_of(old.name)}
    return products - {""}, categories - {""}


def slugs_by_handle(rows: Iterable[Row]) -> dict[str, str]:
    """Return the slug of each of a file's products, by its slug and by its handle."""
    slugs = slugs_of(row["handle"] for row in rows)
    return {**{slug: slug for slug in slugs.values()}, **slugs}


def _split(href: str, hosts: frozenset[str]) -> SplitResult | None:
    """Return the parts of a link into the shop, None for any other link."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https"):
        return None
    if parts.netloc:
        return parts if host_of(parts.netloc) in hosts else None
    return parts if parts.path.startswith("/") and not parts.scheme else None
