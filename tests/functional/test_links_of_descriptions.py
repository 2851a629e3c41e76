"""Links in descriptions of a product file: what they name of the old shop is led to where it stands here."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Product
from kashcraft.core.db import db, step
from tests.factories import shopping

HEADINGS = ("Handle", "Title", "Body (HTML)", "Type", "Variant Inventory Qty", "Variant Price")
OLD = ("--old-host", "oldshop.example", "--old-host", "https://oldshop.myshopify.example/")


def save(path: Path, *links: str) -> str:
    """Write a file of three products, the first one with a description of links."""
    body = " ".join(f'<p>See <a href="{link}">this</a>.</p>' for link in links)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        writer.writerow(("rose", "Rose", body, "Shawls", "5", "20.00"))
        writer.writerow(("Rose", "Another rose", "", "Shawls", "5", "20.00"))
        writer.writerow(("étole", "Étole", "", "", "5", "20.00"))
    return str(path)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["catalogue", *arguments])


def links(app: Flask) -> list[str]:
    with app.app_context():
        html = db.session.scalars(sa.select(Product.description_html).where(Product.slug == "rose")).one()
        return re.findall(r'href="([^"]*)"', html)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/products/rose", "/p/rose"),
        ("/products/Rose", "/p/rose-2"),
        ("/products/%C3%A9tole?variant=4", "/p/etole"),
        ("/de/products/rose", "/p/rose"),
        ("/collections/all/products/rose", "/p/rose"),
        ("/products/bowl", "/p/bowl"),
        ("/products/gone", "/products/gone"),
        ("/collections/shawls", "/c/shawls"),
        ("/collections/Shawls", "/c/shawls"),
        ("/collections/kitchen", "/c/kitchen"),
        ("/collections/gone", "/collections/gone"),
        ("/collections/all", "/products"),
        ("/pages/about", "/pages/about"),
        ("https://oldshop.example/products/rose", "/p/rose"),
        ("http://www.OldShop.example/products/rose#reviews", "/p/rose"),
        ("//oldshop.example/collections/shawls", "/c/shawls"),
        ("https://oldshop.myshopify.example/products/bowl", "/p/bowl"),
        ("https://oldshop.example/products/gone?variant=4", "/products/gone"),
        ("https://oldshop.example/pages/about", "/pages/about"),
        ("https://oldshop.example", "/"),
        ("https://oldshop.example/cdn/size.pdf", "https://oldshop.example/cdn/size.pdf"),
        ("http://localhost/products/rose", "/p/rose"),
        ("https://other.example/products/rose", "https://other.example/products/rose"),
        ("https://oldshop.example.evil.example/", "https://oldshop.example.evil.example/"),
        ("https://oldshop.example@evil.example/", "https://oldshop.example@evil.example/"),
        ("mailto:ada@oldshop.example", "mailto:ada@oldshop.example"),
        ("#care", "#care"),
        ("rose", "rose"),
    ],
)
def test_each_link_leads_where_the_same_stands(app: Flask, tmp_path: Path, old: str, new: str) -> None:
    with app.app_context():
        shopping.add_product("Bowl")
        with step():
            catalogue.create_category(name="Kitchen")
    file = save(tmp_path / "a.csv", old)

    result = run(app, "import", file, *OLD)

    assert result.exit_code == 0, result.stdout
    assert links(app) == [new]
    assert run(app, "import", file, *OLD).stdout.endswith("0 created, 0 changed, 3 unchanged\n")


def test_links_to_other_hosts_stay_until_the_host_is_named(app: Flask, tmp_path: Path) -> None:
    file = save(tmp_path / "a.csv", "https://oldshop.example/products/rose")

    first = run(app, "import", file)
    assert links(app) == ["https://oldshop.example/products/rose"]
    named = run(app, "import", file, *OLD)

    hint = (
        "note: 1 description leads to products or collections of oldshop.example;"
        " --old-host leads such links here"
    )
    assert hint in first.stdout.splitlines()
    assert hint not in named.stdout.splitlines()
    assert "1 changed" in named.stdout
    assert links(app) == ["/p/rose"]


def test_the_export_comes_in_without_changes(app: Flask, tmp_path: Path) -> None:
    run(app, "import", save(tmp_path / "a.csv", "/products/rose", "/products/later", "/collections/shawls"))
    with app.app_context(), step():
        product_id = db.session.scalars(sa.select(Product.id).where(Product.slug == "etole")).one()
        catalogue.rename_product(product_id=product_id, slug="later")
    out = str(tmp_path / "out.csv")

    run(app, "export", out)

    assert run(app, "import", out).stdout == "0 created, 0 changed, 3 unchanged\n"
    assert run(app, "import", out, *OLD).stdout == "0 created, 0 changed, 3 unchanged\n"
    assert links(app) == ["/p/rose", "/products/later", "/c/shawls"]


def test_a_category_of_the_types_name_is_meant_wherever_it_stands(app: Flask, tmp_path: Path) -> None:
    with app.app_context(), step():
        catalogue.create_category(name="SHAWLS", slug="wraps")
    file = save(tmp_path / "a.csv", "/collections/shawls")

    run(app, "import", file)

    assert links(app) == ["/c/wraps"]
    assert run(app, "import", file).stdout.endswith("\n0 created, 0 changed, 3 unchanged\n")


@pytest.mark.parametrize("host", ["", "http://", "old shop", "-", "http://["])
def test_what_is_no_host_is_refused(app: Flask, tmp_path: Path, host: str) -> None:
    result = run(app, "import", save(tmp_path / "a.csv"), "--old-host", host)

    assert result.exit_code == 2
    assert f"“{host}” is not a host such as shop.example" in result.stderr
