"""Types of product files become categories below one, so that many types do not fill the header."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Category
from kashcraft.core.db import db, step

MANY = [f"Type {number:02}" for number in range(1, 31)]


def load(app: Flask, path: Path, *types: str) -> str:
    rows = [f"item-{number},Item {number},{name},5,20.00" for number, name in enumerate(types)]
    path.write_text(
        "\n".join(["Handle,Title,Type,Variant Inventory Qty,Variant Price", *rows]) + "\n", encoding="utf-8"
    )
    result = app.test_cli_runner().invoke(args=["catalogue", "import", str(path)])
    assert result.exit_code == 0, result.stdout
    return result.stdout.splitlines()[-1]


def tree(app: Flask) -> dict[str, str | None]:
    """Return the category above each, both by their slugs."""
    with app.app_context():
        rows = db.session.scalars(sa.select(Category)).all()
        slugs = {row.id: row.slug for row in rows}
        return {row.slug: slugs[row.parent_id] if row.parent_id else None for row in rows}


def put_up(app: Flask, name: str, parent: str | None = None) -> None:
    with app.app_context(), step():
        above = db.session.scalar(sa.select(Category.id).where(Category.slug == parent)) if parent else None
        catalogue.create_category(name=name, parent_id=above)


def links(page: str, part: str) -> list[str]:
    inside = re.search(rf"<{part}\b.*?</{part}>", page, re.DOTALL)
    assert inside
    return re.findall(r'href="(/c/[^"]+)"', inside[0])


def test_thirty_types_are_one_link_in_header_and_footer(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    load(app, tmp_path / "a.csv", *MANY)

    home = client.get("/").text
    assert links(home, "header") == ["/c/more-products"]
    assert links(home, "footer") == ["/c/more-products"]
    assert ">More products</a>" in home


def test_the_category_lists_the_products_of_all_types(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    load(app, tmp_path / "a.csv", "Scarves", "Bowls", "Bowls")

    page = client.get("/c/more-products").text

    assert sorted(set(re.findall(r'href="/p/(item-\d)"', page))) == ["item-0", "item-1", "item-2"]
    assert sorted(set(re.findall(r'href="/p/(item-\d)"', client.get("/c/bowls").text))) == [
        "item-1",
        "item-2",
    ]
    sitemap = client.get("/sitemap.xml").text
    assert [f"/c/{slug}</loc>" in sitemap for slug in ("more-products", "scarves", "bowls")] == [True] * 3


def test_a_category_of_the_name_is_used_wherever_it_stands(app: Flask, tmp_path: Path) -> None:
    put_up(app, "For the house")
    put_up(app, "Bowls", "for-the-house")

    load(app, tmp_path / "a.csv", "BOWLS", "For the House")

    assert tree(app) == {"for-the-house": None, "bowls": "for-the-house"}


@pytest.mark.parametrize("slug", [None, "bits-and-pieces"])
def test_it_is_found_again_under_another_name_and_address(
    app: Flask, tmp_path: Path, slug: str | None
) -> None:
    load(app, tmp_path / "a.csv", "Bowls")
    with app.app_context(), step():
        parent = db.session.scalars(sa.select(Category).where(Category.slug == "more-products")).one()
        catalogue.rename_category(category_id=parent.id, name="Bits and pieces", slug=slug)

    load(app, tmp_path / "a.csv", "Bowls", "Scarves")

    parent_slug = slug or "more-products"
    assert tree(app) == {parent_slug: None, "bowls": parent_slug, "scarves": parent_slug}


def test_types_that_make_one_address_are_one_category(app: Flask, tmp_path: Path) -> None:
    first = load(app, tmp_path / "a.csv", "T-Shirts", "T Shirts", "More products")

    assert tree(app) == {"more-products": None, "t-shirts": "more-products"}
    again = load(app, tmp_path / "a.csv", "T-Shirts", "T Shirts", "More products")
    assert (first, again) == (
        "3 created, 0 changed, 0 unchanged",
        "0 created, 0 changed, 3 unchanged",
    )


def test_the_file_of_a_renamed_category_comes_in_without_changes(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path / "a.csv", "Bowls")
    with app.app_context(), step():
        bowls = db.session.scalars(sa.select(Category).where(Category.slug == "bowls")).one()
        catalogue.rename_category(category_id=bowls.id, name="Bowls and trays")

    assert load(app, tmp_path / "a.csv", "Bowls") == "0 created, 0 changed, 1 unchanged"
