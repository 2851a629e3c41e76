"""A changed zone or method is shown with the next request, in every process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft import create_app
from kashcraft.core.db import db, step
from kashcraft.core.ids import ShippingMethodId, ShippingZoneId
from kashcraft.shipping import services
from kashcraft.shipping.rules import Band
from tests.conftest import browser
from tests.factories.catalogue import make_category, make_product
from tests.factories.delivery import make_method, method_input, zone_input
from tests.factories.pages import write_page

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def bowl_id(app: Flask) -> UUID:
    """A product of $30.00."""
    with app.app_context():
        categories = [make_category("Bowls", slug="bowls")]
        return make_product("Bowl", price="30.00", stock=9, categories=categories).id


@pytest.fixture
def home(app: Flask, bowl_id: UUID) -> tuple[ShippingZoneId, ShippingMethodId]:
    """The zone of the shop's country with one method, and the page about delivery."""
    with app.app_context():
        write_page("shipping", "Shipping", "See below.")
        return make_method(zone_input("Home", "US", free_above=10_000))


@pytest.fixture
def visitor(app: Flask) -> Iterator[FlaskClient]:
    """A browser at another process: an application with caches of its own on the same database."""
    second = create_app(app.config["SETTINGS"])
    second.testing = True
    yield browser(second)
    with second.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/", "/products", "/p/bowl", "/help/shipping", "/account/sign-in"])
def test_another_process_says_from_where_delivery_is_free(
    app: Flask, visitor: FlaskClient, home: tuple[ShippingZoneId, ShippingMethodId], path: str
) -> None:
    assert "free standard delivery from $100.00" in visitor.get(path).text
    for amount, text in ((9_900, "$99.00"), (12_300, "$123.00")):
        with app.app_context(), step():
            services.change_zone(zone_id=home[0], data=zone_input("Home", "US", free_above=amount))
        assert f"free standard delivery from {text}" in visitor.get(path).text
    with app.app_context(), step():
        services.remove_zone(zone_id=home[0])
    assert "free standard delivery" not in visitor.get(path).text


def test_another_process_shows_new_days_and_prices(
    app: Flask, visitor: FlaskClient, home: tuple[ShippingZoneId, ShippingMethodId]
) -> None:
    first = visitor.get("/p/bowl").text
    assert "March 5" in first
    assert "Up to" not in visitor.get("/help/shipping").text
    slower = replace(method_input(Band(price=1_234)), transit_days_min=9, transit_days_max=11)
    with app.app_context(), step():
        services.change_method(method_id=home[1], data=slower)

    page = visitor.get("/p/bowl").text
    assert "March 5" not in page
    assert "March 16" in page
    assert "$12.34" in visitor.get("/help/shipping").text


def test_the_progress_of_a_cart_follows(
    app: Flask, visitor: FlaskClient, home: tuple[ShippingZoneId, ShippingMethodId], bowl_id: UUID
) -> None:
    visitor.post("/cart/lines", data={"product_id": str(bowl_id), "quantity": "1"})
    assert "$70.00" in visitor.get("/cart").text
    with app.app_context(), step():
        services.change_zone(zone_id=home[0], data=zone_input("Home", "US", free_above=5_000))
    page = visitor.get("/cart").text
    assert "$20.00" in page
    assert "$70.00" not in page


@pytest.mark.parametrize("path", ["/", "/products", "/p/bowl", "/help/shipping"])
def test_current_delivery_takes_no_statement_of_its_own(
    app: Flask,
    client: FlaskClient,
    home: tuple[ShippingZoneId, ShippingMethodId],
    count_statements: Callable[[], Any],
    path: str,
) -> None:
    client.get(path)
    client.get(path)
    with count_statements() as seen:
        client.get(path)

    assert [text for text in seen.texts if "shipping_" in text] == []
    assert sum("reference_version" in text for text in seen.texts) <= 1
