"""The product feed follows the rules that Google publishes, and every change of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Status
from kashcraft.catalogue.queries import feed
from kashcraft.core.db import step
from tests.factories.catalogue import (
    add_picture,
    make_category,
    make_product,
    make_product_with_variants,
    variants_of,
)

GOOGLE = "{http://base.google.com/ns/1.0}"
# The attributes that every product needs, and the form of their values.
REQUIRED = {
    "id": r".{1,50}",
    "title": r".{1,150}",
    "description": r"(?s).{1,5000}",
    "link": r"https?://\S+",
    "image_link": r"https?://\S+\.(webp|jpg|png|gif)",
    "availability": r"in_stock|out_of_stock|preorder|backorder",
    "price": r"\d+(\.\d+)? [A-Z]{3}",
    "brand": r".{1,70}",
    "condition": r"new|refurbished|used",
    "identifier_exists": r"yes|no",
}
pytestmark = pytest.mark.usefixtures("frozen")


def items(client: FlaskClient) -> list[dict[str, str]]:
    """Return the attributes of each product of the feed."""
    answer = client.get("/feeds/google.xml")
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    return [
        {one.tag.removeprefix(GOOGLE): one.text or "" for one in item}
        for item in ElementTree.fromstring(answer.text).iter("item")  # noqa: S314 - it is ours
    ]


def test_every_product_has_what_google_requires(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        wood = make_category("Wood")
        bowls = make_category("Bowls", parent=wood)
        make_product("Bowl", sku="KC-BOWL", picture=True, categories=[bowls], sold={"weight_grams": 450})
        make_product("Without a picture")
        make_product("Draft", picture=True, status=Status.DRAFT)
        make_product("Card", picture=True, sold={"is_gift_card": True})
        pheran = make_product_with_variants("Pheran", options={"Size": ("S", "M", "L")}, stocks=(1, 0, 5))
        with step():
            add_picture(pheran)
            add_picture(pheran, stem="red-0123456789ab", variant_ids=[variants_of(pheran)[1].id])
            services.archive_product(product_id=variants_of(pheran)[2].id)
        small, medium = (one.sku for one in variants_of(pheran)[:2])
    found = items(client)

    assert [one["id"] for one in found] == ["KC-BOWL", small, medium]
    for one in found:
        for name, form in REQUIRED.items():
            assert re.fullmatch(form, one[name]), (name, one[name])
    bowl, first, second = found
    assert (bowl["product_type"], bowl["shipping_weight"], "item_group_id" in bowl) == (
        "Wood > Bowls", "450 g", False,
    )  # fmt: skip
    assert first["item_group_id"] == second["item_group_id"]
    assert [one["availability"] for one in found] == ["in_stock", "in_stock", "out_of_stock"]
    assert [one["size"] for one in (first, second)] == ["S", "M"]
    assert (first["image_link"], second["image_link"]) == (
        "http://localhost/media/shawl-0123456789ab-1280.webp",
        "http://localhost/media/red-0123456789ab-1280.webp",
    )
    assert client.get(first["link"].removeprefix("http://localhost")).status_code == 200


def test_the_feed_follows_a_change_and_is_made_once(
    app: Flask, client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        bowl = make_product("Bowl", picture=True)
        product_id, folder = bowl.id, Path(app.config["SETTINGS"].instance_path) / "feeds"
    items(client)
    with count_statements() as again:
        items(client)
    assert len(again) == 1
    with app.app_context(), step():
        services.archive_product(product_id=product_id)

    assert items(client) == []
    assert len(list(folder.iterdir())) == 1


def test_portions_have_all_products_once(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PORTION", 2)
    with app.app_context():
        for number in range(5):
            make_product(f"Bowl {number}", picture=True)

    assert [one["title"] for one in items(client)] == [f"Bowl {number}" for number in range(5)]
