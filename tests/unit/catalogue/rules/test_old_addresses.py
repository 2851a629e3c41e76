"""Addresses of Shopify shops are recognized."""

from __future__ import annotations

import pytest

from kashcraft.catalogue.rules import OldAddress, OldKind, read_old_address


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/products/kani-shawl", OldKind.PRODUCT, "kani-shawl"),
        ("/collections/shawls/products/kani-shawl", OldKind.PRODUCT, "kani-shawl"),
        ("/de/products/kani-shawl", OldKind.PRODUCT, "kani-shawl"),
        ("/en-us/products/kani-shawl/", OldKind.PRODUCT, "kani-shawl"),
        ("/collections", OldKind.COLLECTION, ""),
        ("/collections/shawls", OldKind.COLLECTION, "shawls"),
        ("/collections/shawls/red", OldKind.COLLECTION, "shawls"),
        ("/fr/collections/all", OldKind.COLLECTION, "all"),
        ("/pages/about-us", OldKind.PAGE, "about-us"),
        ("/policies/refund-policy", OldKind.PAGE, "refund-policy"),
    ],
)
def test_an_address_names_a_page(path: str, kind: OldKind, name: str) -> None:
    assert read_old_address(path) == OldAddress(kind, name)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/products",
        "/blogs/news/shawls",
        "/cart",
        "/products/kani-shawl.json",
        "/products/kani-shawl.js",
        "/collections/shawls.atom",
        "/collections/shawls/products/kani-shawl.oembed",
        "/deutsch/products/kani-shawl",
        "/collections/shawls/red/blue",
    ],
)
def test_other_addresses_name_no_page(path: str) -> None:
    assert read_old_address(path) is None
