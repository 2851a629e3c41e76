"""Similar products of a page: found once for each facet index."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue.models import Category
from kashcraft.core.db import db
from kashcraft.storefront.queries.product import SIMILAR_IDS
from tests.factories.catalogue import make_category, make_product


def test_similar_products_are_found_once_for_each_index(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        shawls = make_category("Shawls")
        make_product("Wrap", slug="wrap", categories=[shawls])
        make_product("Stole", slug="stole", categories=[shawls])
        shawls_id = shawls.id

    for address in ("/p/wrap", "/p/wrap?option1=none"):
        assert 'href="/p/stole"' in client.get(address).text
    with app.app_context():
        assert len(SIMILAR_IDS) == 1
        category = db.session.get(Category, shawls_id)
        assert category is not None
        make_product("Cape", slug="cape", categories=[category])

    assert 'href="/p/cape"' in client.get("/p/wrap").text
    with app.app_context():
        assert len(SIMILAR_IDS) == 2
