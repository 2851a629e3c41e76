"""The badge of the cart after adding without JavaScript: its count comes with the statement that adds."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.cart.models import CartLine
from kashcraft.core.db import db
from tests.conftest import browser
from tests.factories import shopping
from tests.support.shopper import Shopper


@pytest.fixture
def bowl(app: Flask) -> UUID:
    """A bowl, ten of them."""
    with app.app_context():
        return shopping.add_product("Walnut bowl", 4300, stock=10)


def badge_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("cart")
    assert cookie is not None
    return cookie.value.rpartition(".")[2]


def test_adding_without_javascript_takes_at_most_three_statements(
    app: Flask, client: FlaskClient, bowl: UUID, count_statements: Callable[[], Any]
) -> None:
    shopper = Shopper(client)
    with count_statements() as first:
        shopper.add(bowl)
    with count_statements() as again:
        shopper.add(bowl, 2)
    assert (len(first), len(again)) == (3, 2)


def test_the_badge_counts_the_lines_to_buy_of_the_own_cart(
    app: Flask, client: FlaskClient, bowl: UUID
) -> None:
    with app.app_context():
        shawl, hat = shopping.add_product("Shawl"), shopping.add_product("Hat")
    Shopper(browser(app)).add(bowl, 4)
    shopper = Shopper(client)
    badges = []
    for product_id, quantity in ((bowl, 2), (shawl, 3), (bowl, 1)):
        shopper.add(product_id, quantity)
        badges.append(badge_of(client))
    with app.app_context():
        saved = db.session.scalars(sa.select(CartLine.id).where(CartLine.product_id == shawl)).one()
    shopper.post(f"/cart/lines/{saved}/save")
    shopper.add(hat)
    badges.append(badge_of(client))
    shopper.add(shawl)
    badges.append(badge_of(client))
    assert badges == ["2", "5", "6", "4", "5"]
