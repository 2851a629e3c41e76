"""Links of descriptions lead to where the same stands here; links to others are left alone."""

from __future__ import annotations

import pytest

from kashcraft.product_csv.rules.document import Row
from kashcraft.product_csv.rules.links import Links, host_of, names_of, slugs_by_handle

HOSTS = frozenset({"kashcraft.example", "old.example"})
LINKS = Links(HOSTS, {"kani-shawl": "kani-shawl", "Old_Ring": "ring"}, {"shawls": "shawls"})


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://www.Old.example/products/ring", "old.example"),
        ("old.example", "old.example"),
        ("OLD.example:8000", "old.example"),
        ("//cdn.example/x", "cdn.example"),
        ("http://[::1", ""),
        ("not a host", ""),
        ("", ""),
    ],
)
def test_a_host_is_read_from_an_address_or_by_itself(text: str, host: str) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize(
    ("href", "leads_to"),
    [
        ("/products/kani-shawl", "/p/kani-shawl"),
        ("https://old.example/products/kani-shawl", "/p/kani-shawl"),
        ("https://www.old.example/products/kani-shawl?variant=3", "/p/kani-shawl"),
        ("/collections/shawls/products/Kani%2DShawl", "/p/kani-shawl"),
        ("/products/Old_Ring", "/p/ring"),
        ("/collections/shawls", "/c/shawls"),
        ("/collections/all", "/products"),
        ("/collections", "/products"),
        ("https://old.example", "/"),
        ("https://old.example/", "/"),
    ],
)
def test_a_link_into_the_shop_leads_to_where_the_same_stands(href: str, leads_to: str) -> None:
    assert LINKS(href) == leads_to


@pytest.mark.parametrize(
    ("href", "leads_to"),
    [
        ("https://old.example/products/gone", "/products/gone"),
        ("/products/gone", "/products/gone"),
        ("https://old.example/pages/about", "/pages/about"),
    ],
)
def test_what_is_not_known_stays_an_old_address_of_this_shop(href: str, leads_to: str) -> None:
    assert LINKS(href) == leads_to


@pytest.mark.parametrize(
    "href",
    [
        "https://other.example/products/kani-shawl",
        "mailto:shop@old.example",
        "tel:+1555",
        "#care",
        "products/kani-shawl",
        "https://old.example/blogs/news",
        "http://[::1",
    ],
)
def test_other_links_are_left_alone(href: str) -> None:
    assert LINKS(href) == href


def test_a_file_names_what_its_descriptions_may_mean() -> None:
    rows = [
        Row(2, {"body": "<a href=\"/products/Old_Ring\">a</a> <A HREF='/collections/Shawls'>b</A>"}),
        Row(3, {"body": "<a href=https://old.example/collections/x/products/bowl>c</a>"}),
        Row(4, {"body": '<a href="https://other.example/products/none">d</a>'}),
        Row(5, {}),
    ]

    assert names_of(rows, HOSTS) == ({"Old_Ring", "old-ring", "bowl"}, {"Shawls", "shawls"})


def test_products_of_a_file_are_found_by_handle_and_by_address() -> None:
    rows = [Row(2, {"handle": "Old_Ring"}), Row(3, {"handle": "Old_Ring"}), Row(4, {"handle": "bowl"})]

    assert slugs_by_handle(rows) == {"old-ring": "old-ring", "Old_Ring": "old-ring", "bowl": "bowl"}
