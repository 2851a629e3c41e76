"""Editors give a product options and edit its variants in a table."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.catalogue.models import Product
from kashcraft.catalogue.queries.products import list_variants
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId
from kashcraft.inventory.models import Inventory
from tests.conftest import browser
from tests.factories.catalogue import make_product_with_variants
from tests.factories.orders import paid, stocked
from tests.factories.people import signed_in
from tests.support.shopper import Shopper

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    """An editor, who manages the catalogue."""
    return signed_in(app, Role.EDITOR)


def sent_by(page: Any) -> dict[str, str]:
    """Return what a browser without JavaScript would send of a form."""
    form = page.text.partition('<form class="office-form"')[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        found[name] = html.unescape(value).strip()
    return found


def field(sent: dict[str, str], ending: str, place: int) -> str:
    """Return the name of a field of a row of the table."""
    return [name for name in sent if name.startswith("row-") and name.endswith(f"-{ending}")][place]


def text_of(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def variants(app: Flask, product_id: UUID) -> list[tuple[str, str, int, int, bool]]:
    """Return values, SKU, price, units and whether it is archived, of each variant."""
    with app.app_context():
        units = dict(db.session.execute(sa.select(Inventory.product_id, Inventory.quantity)).all())
        return [
            ("/".join(one.data.option_values.values()), one.data.sold.sku, one.data.sold.price.minor,
             units[one.id], one.is_retired)
            for one in list_variants(ProductId(product_id))
        ]  # fmt: skip


def test_a_product_without_options_gets_them_and_keeps_its_stock(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        bowl = stocked(7, name="Bowl")
        product_id, sku = bowl.id, bowl.sku
    address = f"/backoffice/catalogue/{product_id}/options"
    sent = sent_by(editor.get(address)) | {"name_1": "Size", "values_1": "Small, Large", "table": "y"}
    table = editor.post(address, data=sent)
    assert (table.status_code, "BOWL-SMALL" in table.text) == (200, True)
    sent = sent_by(table) | {"save": "y"}
    sent[field(sent, "sku", 0)] = sku or ""
    sent[field(sent, "price", 1)] = "55.00"
    saved = editor.post(address, data=sent)

    assert saved.headers["Location"] == f"{address}?notice=options_saved"
    assert variants(app, product_id) == [
        ("Small", sku, 4000, 7, False),
        ("Large", "BOWL-LARGE", 5500, 0, False),
    ]
    page = browser(app).get("/p/bowl")
    assert (page.status_code, "Choose a size" in page.text) == (200, True)


def test_one_price_fills_all_rows_and_saves_nothing(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        product_id = make_product_with_variants("Pheran", options={"Size": ("S", "M")}).id
    address = f"/backoffice/catalogue/{product_id}/options"
    sent = sent_by(editor.get(address)) | {"all_price": "61", "fill": "y"}
    filled = sent_by(editor.post(address, data=sent))

    assert [filled[field(filled, "price", place)] for place in (0, 1)] == ["61.00", "61.00"]
    assert [one[2] for one in variants(app, product_id)] == [4000, 4000]


def test_a_removed_variant_is_archived_after_a_warning(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        family = make_product_with_variants("Pheran", options={"Size": ("S", "M")}, stocks=(1, 3))
        product_id, medium = family.id, list_variants(family.id)[1].id
    Shopper(browser(app)).add(medium)
    address = f"/backoffice/catalogue/{product_id}/options"
    sent = sent_by(editor.get(address)) | {"values_1": "S, XL", "save": "y"}
    warned = editor.post(address, data=sent)
    assert warned.status_code == 422
    assert "1 variant would be archived. Please agree to that." in text_of(warned)
    assert "M: 3 units in stock, in 1 cart" in text_of(warned)
    saved = editor.post(address, data=sent_by(warned) | {"agreed": "y", "save": "y"})

    assert saved.status_code == 303
    assert [(one[0], one[3], one[4]) for one in variants(app, product_id)] == [
        ("S", 1, False), ("XL", 0, False), ("M", 3, True),
    ]  # fmt: skip


def test_wrong_rows_and_options_are_refused_beside_their_fields(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        product_id = make_product_with_variants("Pheran", options={"Size": ("S", "M")}).id
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Product))
    address = f"/backoffice/catalogue/{product_id}/options"
    sent = sent_by(editor.get(address)) | {"save": "y"}
    first, second, price = field(sent, "sku", 0), field(sent, "sku", 1), field(sent, "price", 0)
    twice = editor.post(address, data=sent | {second: sent[first], price: "much"})
    assert twice.status_code == 422
    assert f'id="{second}-error">The SKU {sent[first]} is taken.' in twice.text
    assert f'id="{price}-error">Please enter an amount' in twice.text
    many = editor.post(address, data=sent | {"values_1": ",".join(map(str, range(101)))})
    assert "These are 101 variants. At most 100 are possible." in text_of(many)
    stale = editor.post(address, data=sent | {"version": "old"})
    assert "The variants were changed after you opened them." in text_of(stale)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == before


def test_a_product_of_an_order_gets_no_options(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        bowl = stocked(7, name="Bowl")
        paid((bowl, 1))
        product_id = bowl.id
    address = f"/backoffice/catalogue/{product_id}/options"
    sent = sent_by(editor.get(address)) | {"name_1": "Size", "values_1": "Small", "table": "y"}
    sent = sent_by(editor.post(address, data=sent)) | {"save": "y"}
    refused = editor.post(address, data=sent)

    assert "Orders contain this product, so it cannot get variants." in text_of(refused)
    assert variants(app, product_id) == []
