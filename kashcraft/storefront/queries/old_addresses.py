"""New addresses for the addresses of another shop."""

from __future__ import annotations

from kashcraft.catalogue.models import RedirectKind
from kashcraft.catalogue.queries import find_new_slug, find_page_at, get_tree
from kashcraft.catalogue.rules import (
    EVERYTHING,
    OldAddress,
    OldKind,
    category_path,
    product_path,
    read_old_address,
    slug_from,
)
from kashcraft.content.queries import find_help_page, find_new_page_slug
from kashcraft.content.rules import page_path
from kashcraft.core.errors import DomainError
from kashcraft.storefront.rules import HELP

ALL_PRODUCTS = "/products"


def find_new_path(old_path: str) -> tuple[str, bool] | None:
    """Return the new path for an old one, and whether the redirect is permanent; None where there is none.

    A collection without a category leads to all products, which is temporary.
    """
    old = read_old_address(old_path)
    if old is None:
        return None
    found = {OldKind.PRODUCT: _product, OldKind.COLLECTION: _category, OldKind.PAGE: _help}[old.kind](old)
    if found is None and old.kind is OldKind.COLLECTION:
        return ALL_PRODUCTS, False
    return (found, True) if found else None


def _product(old: OldAddress) -> str | None:
    slug = find_page_at(_slugs(old.name))
    return product_path(slug) if slug else None


def _category(old: OldAddress) -> str | None:
    if old.name in ("", EVERYTHING):
        return ALL_PRODUCTS
    categories = get_tree().by_slug
    for slug in _slugs(old.name):
        moved = slug if slug in categories else find_new_slug(RedirectKind.CATEGORY, slug)
        if moved is not None and moved in categories:
            return category_path(moved)
    return None


def _help(old: OldAddress) -> str | None:
    slug = HELP.get(old.name, old.name)
    current = slug if find_help_page(slug) else find_new_page_slug(slug)
    return page_path(current) if current else None


def _slugs(name: str) -> list[str]:
    """Return the slugs that a handle may have here, the handle itself first."""
    try:
        return list(dict.fromkeys([name, slug_from(name)]))
    except DomainError:
        return [name]
