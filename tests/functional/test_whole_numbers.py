"""Whole numbers that shoppers type are read as everywhere in the shop: as its locale writes them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.cart.models import CartLine
from kashcraft.core.db import db
from tests.factories import shopping

REFUSED = "Please enter a number between 1 and 999."


@pytest.mark.parametrize(
    ("typed", "quantity"), [("7", 7), ("７", 7), (" 7 ", 7), ("+7", 7), ("7.0", 7), ("٧", 7)]
)
def test_a_quantity_is_read_in_every_script(
    app: Flask, client: FlaskClient, typed: str, quantity: int
) -> None:
    with app.app_context():
        bowl = shopping.add_product("Bowl")

    client.post("/cart/lines", data={"product_id": bowl, "quantity": typed})

    with app.app_context():
        assert db.session.scalars(sa.select(CartLine.quantity)).all() == [quantity]


@pytest.mark.parametrize("typed", ["1_0", "1e1", "0x7", "7.5", "1,0", "seven", "", "-7", "1000", "9" * 40])
def test_anything_else_is_refused_and_adds_nothing(app: Flask, client: FlaskClient, typed: str) -> None:
    with app.app_context():
        bowl = shopping.add_product("Bowl")

    answer = client.post("/cart/lines", data={"product_id": bowl, "quantity": typed})

    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    with app.app_context():
        assert db.session.scalars(sa.select(CartLine.quantity)).all() == []


def test_a_quantity_that_is_not_sent_is_one(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        bowl = shopping.add_product("Bowl")

    client.post("/cart/lines", data={"product_id": bowl})

    with app.app_context():
        assert db.session.scalars(sa.select(CartLine.quantity)).all() == [1]
