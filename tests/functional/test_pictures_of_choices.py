"""The picture of a variant is shown in drawer, cart, saved lines, summary and order."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from kashcraft.core.db import step
from tests.factories import shopping
from tests.factories.catalogue import add_picture, make_product_with_variants, variants_of
from tests.support.shopper import Shopper, target_of

pytestmark = pytest.mark.usefixtures("database", "frozen")


@pytest.fixture
def rose() -> UUID:
    """A wrap in three colors: the label shows all of them, ivory and rose have pictures of their own."""
    shopping.add_taxes_and_delivery()
    wrap = make_product_with_variants("Wrap", options={"Colour": ("Ivory", "Rose", "Sand")})
    ivory, rose, _ = (one.id for one in variants_of(wrap))
    with step():
        add_picture(wrap, stem="ivory-0123456789ab", variant_ids=[ivory])
        add_picture(wrap, stem="label-0123456789ab")
        add_picture(wrap, stem="rose-0123456789ab", variant_ids=[rose])
    return rose


def pictures_of_lines(page: str) -> list[str]:
    """Return which picture each line shows, by the smallest file that it offers."""
    lines = re.findall(r'line__picture"[^>]*><picture>.*?/media/(\w+)-0123456789ab', page, re.DOTALL)
    return list(lines)


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_a_line_shows_the_picture_of_its_variant_from_drawer_to_order(
    client: FlaskClient, rose: UUID, htmx: bool
) -> None:
    shopper = Shopper(client, htmx=htmx)
    added = shopper.add(rose)
    if htmx:
        assert pictures_of_lines(added.text) == ["rose"]
    cart = client.get("/cart").text
    assert pictures_of_lines(cart) == ["rose"]
    assert f'href="/p/wrap?choice={rose}"' in cart
    line = re.search(r"/cart/lines/([0-9a-f-]+)/save", cart)
    assert line
    client.post(f"/cart/lines/{line[1]}/save")
    assert pictures_of_lines(client.get("/cart").text) == ["rose"]
    client.post(f"/cart/lines/{line[1]}/unsave")

    shopper.enter_contact()
    shopper.choose_delivery()
    assert pictures_of_lines(client.get("/checkout").text) == ["rose"]
    order = shopper.pay(target_of(shopper.place()))
    assert pictures_of_lines(order.text) == ["rose"]


def test_a_variant_without_a_picture_shows_one_of_its_product(client: FlaskClient, rose: UUID) -> None:
    shopper = Shopper(client)
    page = client.get("/p/wrap").text
    sand = re.findall(r'name="product_id" value="([^"]+)"', page)[2]
    shopper.add(UUID(sand))
    assert pictures_of_lines(client.get("/cart").text) == ["label"]
