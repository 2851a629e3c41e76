"""A bowl and a shopper who wants two of them, for journeys through cart and checkout."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import shopping
from tests.support.shopper import Shopper


@pytest.fixture
def bowl(app: Flask) -> UUID:
    """A bowl for 43.00, ten of them, in a shop that delivers to five countries."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Walnut bowl", 4300, stock=10)


@pytest.fixture
def shopper(client: FlaskClient, bowl: UUID) -> Shopper:
    """A guest with two bowls in the cart."""
    one = Shopper(client)
    one.add(bowl, 2)
    return one
