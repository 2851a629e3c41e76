"""The products beside one on its page, and the key of their cards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Category
from kashcraft.catalogue.queries import get_version
from kashcraft.core.db import db, step
from kashcraft.core.money import Money
from kashcraft.inventory.models import Inventory
from kashcraft.storefront.queries.other_products import SIMILAR_IDS, get_other_cards, get_other_products
from tests.factories.catalogue import make_category, make_product

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_chosen_products_come_before_similar_ones_and_are_none_of_them() -> None:
    bowls = make_category("Bowls")
    bowl, vase, tray = (make_product(name, categories=[bowls]) for name in ("Bowl", "Vase", "Tray"))
    others = get_other_products(bowl.id, [vase.id], NOW)
    assert (others.related_ids, others.similar_ids) == ((vase.id,), (tray.id,))
    cards = get_other_cards(others, NOW)
    assert [card.name for card in cards.related] == ["Vase"]
    assert [card.name for card in cards.similar] == ["Tray"]


def test_the_key_has_the_prices_stock_and_news_of_the_cards() -> None:
    bowls = make_category("Bowls")
    bowl, _ = (make_product(name, price="40.00", stock=7, categories=[bowls]) for name in ("Bowl", "Tray"))
    assert get_other_products(bowl.id, [], NOW).key[3:-1] == ((((4000, 7, False),),), (False,), 0)


def test_they_are_unchanged_until_one_of_them_changes() -> None:
    bowls = make_category("Bowls")
    bowl, tray = (make_product(name, categories=[bowls]) for name in ("Bowl", "Tray"))
    before = get_other_products(bowl.id, [], NOW)
    since = get_version()
    assert before.are_unchanged(since)
    with step():
        services.set_price(product_id=bowl.id, price=Money(900, "USD"))
    assert get_other_products(bowl.id, [], NOW).are_unchanged(since)
    with step():
        services.set_price(product_id=tray.id, price=Money(900, "USD"))
    assert not get_other_products(bowl.id, [], NOW).are_unchanged(since)


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


def test_a_similar_product_that_was_chosen_has_another_key() -> None:
    bowls = make_category("Bowls")
    bowl, tray = (make_product(name, categories=[bowls]) for name in ("Bowl", "Tray"))
    assert get_other_products(bowl.id, [], NOW).key != get_other_products(bowl.id, [tray.id], NOW).key


def test_the_cards_show_the_stock_of_the_key() -> None:
    bowls = make_category("Bowls")
    bowl, _ = (make_product(name, stock=3, categories=[bowls]) for name in ("Bowl", "Tray"))
    others = get_other_products(bowl.id, [], NOW)
    with step():
        db.session.execute(sa.update(Inventory).values(quantity=2))
    assert [card.available for card in get_other_cards(others, NOW).similar] == [3]
