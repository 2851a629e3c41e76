"""The list of stock: tabs, search, sorting and CSV, and receiving the products of a delivery."""

from __future__ import annotations

import html
import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.catalogue.models import Status
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.inventory import services
from kashcraft.inventory.models import Inventory, InventoryLog
from tests.factories.catalogue import make_product, make_product_with_variants, variants_of
from tests.factories.orders import place, stocked, uncounted
from tests.factories.people import person, signed_in


@pytest.fixture
def packer(app: Flask) -> FlaskClient:
    """Return the browser of a member of the fulfilment team."""
    return signed_in(app, Role.FULFILMENT)


def listed(page: str) -> list[str]:
    """Return the names of the listed products with their options."""
    rows = re.findall(r'<th scope="row".*?</th>', page, re.DOTALL)
    texts = [re.sub(r"<[^>]+>", " ", row) for row in rows]
    return [" ".join(text.split()) for text in texts]


def key_of(page: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def on_hand(app: Flask, product_id: UUID) -> int | None:
    with app.app_context():
        found = sa.select(Inventory.quantity).where(Inventory.product_id == product_id)
        return db.session.scalar(found)


def notice(packer: FlaskClient, address: str) -> str:
    found = re.search(r'staff-page__notice">(.*?)</div>\s*<header', packer.get(address).text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


def test_low_stock_is_listed_with_its_variant_and_its_figures(app: Flask, packer: FlaskClient) -> None:
    with app.app_context():
        pheran = make_product_with_variants("Pheran", stocks=(2, 40, 40))
        small = variants_of(pheran)[0].id
        make_product("Copper samovar", stock=200, sku="FULL")

    page = packer.get("/backoffice/stock").text

    assert listed(page) == ["Pheran Size: S"]
    assert f'href="/backoffice/stock/{small}"' in page
    field = re.search(rf'<input[^>]*name="units-{small}"[^>]*>', page)
    assert field
    assert ('placeholder="50"' in field[0], 'value=""' in field[0]) == (True, True)
    assert 'form="receive"' in field[0]


def test_tabs_show_low_all_and_uncounted_products(app: Flask, packer: FlaskClient) -> None:
    with app.app_context():
        stocked(3, name="Low bowl")
        stocked(50, name="Walnut bowl")
        blend = uncounted(name="Tea blend").id
        uncounted(name="Old blend", status=Status.ARCHIVED)

    assert listed(packer.get("/backoffice/stock").text) == ["Low bowl"]
    assert listed(packer.get("/backoffice/stock?tab=all&sort=-name").text) == [
        "Walnut bowl", "Tea blend", "Low bowl", "Old blend Archived",
    ]  # fmt: skip
    page = packer.get("/backoffice/stock?tab=not-counted").text
    assert listed(page) == ["Tea blend"]
    assert f'href="/backoffice/stock/{blend}#counting"' in page
    assert 'id="receive"' not in page


def test_the_old_address_of_uncounted_products_redirects_to_their_tab(packer: FlaskClient) -> None:
    answer = packer.get("/backoffice/stock/not-counted")

    assert answer.headers["Location"] == "/backoffice/stock?tab=not-counted"


def test_products_are_found_by_sku_and_name(app: Flask, packer: FlaskClient) -> None:
    with app.app_context():
        stocked(50, name="Walnut bowl")
        uncounted(name="Étole tea", sku="TEA-1")

    def found(words: str) -> list[str]:
        query = {"tab": "all", "find": words}
        return listed(packer.get("/backoffice/stock", query_string=query).text)

    assert [found(words) for words in ("tea-", "etole", "bowl walnut", "nothing")] == [
        ["Étole tea"], ["Étole tea"], ["Walnut bowl"], [],
    ]  # fmt: skip


def test_csv_has_the_figures_of_every_product(app: Flask, packer: FlaskClient) -> None:
    with app.app_context():
        make_product("Bowl", stock=3, sku="B-1")
        uncounted(name="Tea", sku="T-1")

    answer = packer.get("/backoffice/stock?tab=all&format=csv")

    assert answer.mimetype == "text/csv"
    assert answer.text.lstrip("\ufeff").splitlines() == [
        "Product,SKU,Location,Available,Held,Reorder level,Suggested order",
        "Bowl,B-1,,3,0,10,50",
        "Tea,T-1,,Not counted,,,",
    ]


def test_a_delivery_of_several_products_is_received_once_with_one_note(
    app: Flask, frozen: FrozenClock
) -> None:
    with app.app_context():
        asha = person(Role.FULFILMENT)
        bowl, tray = stocked(2, name="Walnut bowl").id, stocked(0, name="Tray").id
        other = stocked(1, name="Cup").id
    packer = signed_in(app, user_id=asha)
    address = "/backoffice/stock?tab=all&sort=name"
    page = packer.get(address).text
    assert 'action="/backoffice/stock?tab=all&amp;sort=name"' in page
    sent = {
        f"units-{bowl}": "12", f"units-{tray}": "1", f"units-{other}": "", "notes": "From Srinagar",
        "key": key_of(page),
    }  # fmt: skip

    answer = packer.post(address, data=sent)
    again = packer.post(address, data=sent)

    assert answer.headers["Location"].startswith(f"{address}&undo=")
    assert (
        "Received: 1 unit of Tray and 12 units of Walnut bowl." in packer.get(answer.headers["Location"]).text
    )
    assert again.headers["Location"] == f"{address}&notice=received_before"
    assert [on_hand(app, one) for one in (bowl, tray, other)] == [14, 1, 1]
    with app.app_context():
        written = sa.select(InventoryLog).where(InventoryLog.user_id == asha)
        rows = db.session.scalars(written.order_by(InventoryLog.quantity_change)).all()
    assert [(row.quantity_change, row.new_quantity, row.reason, row.notes) for row in rows] == [
        (1, 1, "restock", "From Srinagar"),
        (12, 14, "restock", "From Srinagar"),
    ]


def undo_of(page: str) -> dict[str, str]:
    """Return the fields of the form that a page offers to undo something."""
    toast = re.search(r"<undo-toast.*?</undo-toast>", page, re.DOTALL)
    assert toast
    assert 'action="/backoffice/stock/undo"' in toast[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', html.unescape(toast[0])))


def test_a_delivery_is_undone_from_the_list(app: Flask, packer: FlaskClient, frozen: FrozenClock) -> None:
    with app.app_context():
        bowl = stocked(2, name="Walnut bowl").id
    answer = packer.post("/backoffice/stock?tab=all", data={f"units-{bowl}": "12", "key": "delivery-9"})
    page = packer.get(answer.headers["Location"]).text
    assert 'data-seconds="30"' in page
    fields = undo_of(page)
    assert fields == {"key": "delivery-9", "back": "/backoffice/stock?tab=all"}

    undone = packer.post("/backoffice/stock/undo", data=fields)

    assert undone.headers["Location"] == "/backoffice/stock?tab=all&notice=delivery_undone"
    assert "The delivery is undone." in notice(packer, undone.headers["Location"])
    assert on_hand(app, bowl) == 2
    frozen.advance(minutes=2)
    late = packer.post("/backoffice/stock/undo", data=fields)
    assert late.headers["Location"] == "/backoffice/stock?tab=all&notice=delivery_too_old"


def test_a_delivery_whose_units_an_order_holds_is_not_undone(app: Flask, packer: FlaskClient) -> None:
    with app.app_context():
        product = stocked(0, name="Walnut bowl")
    packer.post("/backoffice/stock", data={f"units-{product.id}": "2", "key": "delivery-9"})
    with app.app_context():
        place((product, 1))

    answer = packer.post("/backoffice/stock/undo", data={"key": "delivery-9"})

    assert "Orders hold units of this delivery" in notice(packer, answer.headers["Location"])
    assert on_hand(app, product.id) == 2


@pytest.mark.parametrize("quantity", ["0", "-3", "1.5", "many", "10001"])
def test_a_wrong_number_is_refused_beside_its_field_with_all_input(
    app: Flask, packer: FlaskClient, quantity: str
) -> None:
    with app.app_context():
        bowl, tray = stocked(2, name="Walnut bowl").id, stocked(1, name="Tray").id
    sent = {f"units-{bowl}": quantity, f"units-{tray}": "7", "notes": "From Srinagar", "key": "delivery-9"}

    answer = packer.post("/backoffice/stock", data=sent)

    assert answer.status_code == 422
    assert re.search(rf'id="units-{bowl}-error">A whole number from 1 to 10,000\.<', answer.text)
    assert re.search(rf'<a href="#units-{bowl}">Units received of Walnut bowl, [^<]+: A whole', answer.text)
    for typed in (quantity, "7", "From Srinagar", "delivery-9"):
        assert f'value="{typed}"' in answer.text
    assert [on_hand(app, one) for one in (bowl, tray)] == [2, 1]


def test_a_delivery_without_units_is_refused(app: Flask, packer: FlaskClient) -> None:
    with app.app_context():
        bowl = stocked(2).id

    answer = packer.post("/backoffice/stock", data={f"units-{bowl}": " ", "key": "k"})

    assert answer.status_code == 422
    assert "Please enter the received units of at least one product." in answer.text


def test_nothing_is_received_when_one_product_is_no_longer_counted(app: Flask, packer: FlaskClient) -> None:
    with app.app_context():
        bowl, blend = stocked(2, name="Walnut bowl").id, stocked(1, name="Tea blend").id
        with step():
            services.stop_counting(product_id=blend)

    answer = packer.post(
        "/backoffice/stock?tab=all", data={f"units-{bowl}": "5", f"units-{blend}": "6", "key": "k"}
    )

    assert answer.status_code == 422
    assert "This product is no longer counted. Nothing was received." in answer.text
    assert "Units received of Tea blend" in answer.text
    assert on_hand(app, bowl) == 2


@pytest.mark.parametrize("name", ["units-x", "units-00000000-0000-7000-8000-000000000000"])
def test_an_unknown_product_is_not_found(packer: FlaskClient, name: str) -> None:
    assert packer.post("/backoffice/stock", data={name: "5", "key": "k"}).status_code == 404
