"""The product files of real shops: imported, imported again without changes, and bought from.

They lie beside the repository and never in it; where they are missing there is nothing to read.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue.models import Product
from kashcraft.core.db import db
from tests.factories import shopping
from tests.support.shopper import Shopper, target_of, text_of

FILES = Path(__file__).parents[2].parent / "shared" / "data" / "catalogues"
NAMES = ("shopify-apparel.csv", "shopify-home-and-garden.csv", "shopify-jewelery.csv")

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the product files are not beside the repository")


def load(app: Flask, name: str, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["catalogue", "import", str(FILES / name), *options])


def products(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(map(repr, db.session.execute(sa.select(Product.__table__)).all()))


def addresses(app: Flask) -> list[list[str]]:
    """The addresses of the pictures that each product lacks."""
    with app.app_context():
        return list(db.session.scalars(sa.select(Product.source_urls)))


@pytest.mark.parametrize("name", NAMES)
def test_an_export_comes_in_and_again_without_changes(app: Flask, name: str) -> None:
    looked = load(app, name, "--dry-run")
    assert looked.exit_code == 0
    assert products(app) == []
    first = load(app, name)
    before = products(app)
    second = load(app, name)

    assert first.stdout.endswith("20 created, 0 changed, 0 unchanged\n")
    note = f"{sum(map(len, addresses(app)))} picture addresses were kept; --pictures fetches them\n"
    assert second.stdout == note + "0 created, 0 changed, 20 unchanged\n"
    assert products(app) == before


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_earrings_without_a_sku_are_bought_by_a_guest(app: Flask, client: FlaskClient, htmx: bool) -> None:
    load(app, "shopify-jewelery.csv")
    with app.app_context():
        shopping.add_taxes_and_delivery()
        earrings = db.session.scalars(sa.select(Product).where(Product.slug == "boho-earrings")).one()
    shopper = Shopper(client, htmx)

    assert (earrings.sku, earrings.price, earrings.weight_grams) == ("BOHO-EARRINGS", 3599, 28)
    assert "$27.99" in text_of(client.get("/p/boho-earrings"))
    shopper.add(earrings.id)
    paid = shopper.pay(target_of(shopper.reach_payment("US")))
    assert "Your order is paid. We send the confirmation" in text_of(paid)
