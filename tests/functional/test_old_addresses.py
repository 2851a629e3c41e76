"""Addresses of a shop that moved here from Shopify redirect to the corresponding pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Category, Product
from kashcraft.catalogue.rules import MARKET
from kashcraft.content import services as content
from kashcraft.core.db import db, step

FILE = """\
Handle,Title,Type,Variant Inventory Qty,Variant Price
rose,Rose,Shawls,5,20.00
Rose,Another rose,Shawls,5,20.00
étole-en-soie,Étole en soie,Shawls,5,20.00
ROSE,A third rose,Shawls,5,20.00
"""


@pytest.fixture
def roses(app: Flask, tmp_path: Path) -> None:
    """An imported file of products, and help pages."""
    path = tmp_path / "products.csv"
    path.write_text(FILE, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["catalogue", "import", str(path)])
    assert result.exit_code == 0, result.stdout
    with app.app_context(), step():
        content.save_page(slug="returns", title="Returns", body="Send it back.")


def leads(client: FlaskClient, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.usefixtures("roses")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/products/rose", "/p/rose"),
        ("/products/rose/", "/p/rose"),
        ("/products/Rose", "/p/rose-2"),
        ("/products/ROSE", "/p/rose-3"),
        ("/products/rOSE", "/p/rose"),
        ("/products/%C3%A9tole-en-soie", "/p/etole-en-soie"),
        ("/products/etole-en-soie", "/p/etole-en-soie"),
        ("/products/rose?variant=40123456789", "/p/rose"),
        (
            "/products/rose?variant=4&utm_source=news&utm_campaign=may+sale&next=//evil.example",
            "/p/rose?utm_source=news&utm_campaign=may+sale",
        ),
        ("/collections", "/products"),
        ("/collections/", "/products"),
        ("/collections/all", "/products"),
        ("/collections/all?sort_by=price-ascending&page=3", "/products"),
        ("/collections/shawls", "/c/shawls"),
        ("/collections/Shawls/red", "/c/shawls"),
        ("/collections/all/products/rose", "/p/rose"),
        ("/collections/gone/products/rose", "/p/rose"),
        ("/de/products/rose", "/p/rose"),
        ("/en-us/products/rose", "/p/rose"),
        ("/pt-BR/collections/shawls/products/Rose", "/p/rose-2"),
        ("/zh-Hant/collections/shawls", "/c/shawls"),
        ("/de/collections", "/products"),
        ("/pages/returns", "/help/returns"),
        ("/policies/refund-policy", "/help/returns"),
        ("/fr/policies/refund-policy", "/help/returns"),
    ],
)
def test_known_addresses_redirect_permanently(client: FlaskClient, old: str, new: str) -> None:
    assert leads(client, old) == (301, new)
    assert client.get(new).status_code == 200


@pytest.mark.usefixtures("roses")
@pytest.mark.parametrize(
    "old",
    [
        "/products/gone",
        "/products/rose.json",
        "/products/rose.js",
        "/products/rose.oembed",
        "/products/rose/reviews",
        "/products/%E2%99%A5",
        "/products/" + "a" * 4000,
        "/collections/shawls.atom",
        "/collections/shawls/red/blue",
        "/collections/shawls/products/gone",
        "/pages/our-stores",
        "/policies/subscription-policy",
        "/blogs/news",
        "/blogs/news/how-shawls-are-woven",
        "/de/blogs/news",
        "/de/p/rose",
        "/deu/products/rose",
    ],
)
def test_unknown_addresses_are_not_found(client: FlaskClient, old: str) -> None:
    answer = client.get(old)

    assert answer.status_code == 404
    assert "This page does not exist" in answer.text
    assert 'href="/c/more-products"' in answer.text


@pytest.mark.usefixtures("roses")
def test_a_collection_without_a_category_redirects_to_all_products(app: Flask, client: FlaskClient) -> None:
    assert leads(client, "/collections/summer") == (302, "/products")

    with app.app_context(), step():
        catalogue.create_category(name="Summer")

    assert leads(client, "/collections/summer") == (301, "/c/summer")


@pytest.mark.usefixtures("roses")
def test_renamed_pages_are_followed(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), step():
        rose = db.session.scalars(sa.select(Product).where(Product.slug == "rose")).one()
        shawls = db.session.scalars(sa.select(Category).where(Category.slug == "shawls")).one()
        catalogue.rename_product(product_id=rose.id, slug="red-rose")
        catalogue.rename_category(category_id=shawls.id, name="Wraps", slug="wraps")

    assert leads(client, "/products/rose") == (301, "/p/red-rose")
    assert leads(client, "/collections/shawls") == (301, "/c/wraps")


@pytest.mark.usefixtures("roses")
def test_a_hidden_product_is_not_found_under_both_addresses(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), step():
        for slug in ("rose", "rose-2"):
            row = db.session.scalars(sa.select(Product).where(Product.slug == slug)).one()
            catalogue.archive_product(product_id=row.id)

    for address in ("/p/rose", "/products/rose", "/p/rose-2", "/products/Rose"):
        assert client.get(address).status_code == 404


@pytest.mark.usefixtures("roses")
@pytest.mark.parametrize(
    "old",
    [
        "//evil.example/products/rose",
        "/products//evil.example",
        "/products/%2F%2Fevil.example",
        "/products/\\evil.example",
        "/collections/https:%2F%2Fevil.example",
        "/de//evil.example",
        "/products/rose%00",
        "/products/rose%0D%0AX-Header:1",
    ],
)
def test_redirects_stay_on_the_host(client: FlaskClient, old: str) -> None:
    answer = client.get(old)

    assert answer.status_code < 500
    target = answer.headers.get("Location", "")
    assert not target or target.removeprefix("http://localhost").startswith(("/p/", "/products", "/de/"))
    assert "X-Header" not in answer.headers


def test_no_own_address_begins_like_a_market(app: Flask) -> None:
    own = [rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/<market:")]

    assert [rule for rule in own if re.match(f"/{MARKET}(/|$)", rule)] == []


@pytest.mark.usefixtures("roses")
def test_old_addresses_accept_get_only(client: FlaskClient) -> None:
    assert client.head("/products/rose").headers["Location"] == "/p/rose"
    assert client.post("/products/rose").status_code == 405
    assert client.get("/products").status_code == 200
