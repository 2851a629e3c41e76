"""Editors list, create and change products, and visitors see it at once."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.catalogue.models import Product, Status
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db
from kashcraft.inventory.models import Inventory
from kashcraft.wiring import SCHEDULES
from tests.conftest import browser
from tests.factories.catalogue import make_category, make_product, make_product_with_variants
from tests.factories.people import signed_in

pytestmark = pytest.mark.usefixtures("frozen")
NEW = {
    "name": "Walnut bowl", "slug": "", "description": "Turned **by hand**.", "category": "",
    "status": "active", "publish_at": "", "origin_country": "", "sku": "KC-BOWL", "price": "40.00",
    "tax_class": "standard",
}  # fmt: skip


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    """An editor, who manages the catalogue and sees no stock."""
    return signed_in(app, Role.EDITOR)


def text_of(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def version_in(page: Any) -> str:
    found = re.search(r'name="version" type="hidden" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


def product_id(app: Flask, sku: str = "KC-BOWL") -> UUID:
    with app.app_context():
        return db.session.scalars(sa.select(Product.id).where(Product.sku == sku)).one()


def status_of(app: Flask, one: UUID) -> Status:
    with app.app_context():
        return db.session.scalars(sa.select(Product.status).where(Product.id == one)).one()


def test_a_new_product_can_be_found_and_its_stock_counted(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        wood, related = make_category("Wood"), make_product("Spoon")
        sent = NEW | {"category": str(wood.id), "related": str(related.id), "tags": "gift, walnut"}
    answer = editor.post("/backoffice/catalogue/new", data=sent)
    created = product_id(app)

    assert answer.headers["Location"] == f"/backoffice/catalogue/{created}?notice=product_created"
    page = browser(app).get("/p/walnut-bowl").text
    assert "<p>Turned <strong>by hand</strong>.</p>" in page
    assert "Walnut bowl" in browser(app).get("/c/wood").text
    assert re.search(r"checked>\s*<span>Spoon", editor.get(f"/backoffice/catalogue/{created}").text)
    with app.app_context():
        stock = db.session.scalars(sa.select(Inventory).where(Inventory.product_id == created)).one()
        assert (stock.quantity, stock.is_counted) == (0, True)


def test_a_refused_form_keeps_what_was_typed(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        make_product("Bowl", sku="KC-BOWL", slug="walnut-bowl")
    page = editor.post("/backoffice/catalogue/new", data=NEW | {"slug": "walnut-bowl", "summary": "Deep"})

    assert page.status_code == 422
    assert "Another product has the SKU KC-BOWL." in text_of(page)
    assert 'value="Deep"' in page.text
    page = editor.post("/backoffice/catalogue/new", data=NEW | {"slug": "walnut-bowl", "sku": "KC-2"})
    assert "Another product has this address." in text_of(page)


def test_safety_is_shown_and_an_old_address_redirects(app: Flask, editor: FlaskClient) -> None:
    editor.post("/backoffice/catalogue/new", data=NEW)
    address = f"/backoffice/catalogue/{product_id(app)}"
    sent = NEW | {
        "slug": "bowl", "maker": "Asha & Sons", "maker_address": "Srinagar", "origin_country": "IN",
        "version": version_in(editor.get(address)),
    }  # fmt: skip
    answer = editor.post(address, data=sent)
    guest = browser(app)

    assert answer.headers["Location"] == f"{address}?notice=product_saved"
    assert guest.get("/p/walnut-bowl").headers["Location"] == "/p/bowl"
    page = text_of(guest.get("/p/bowl"))
    assert "Product safety Manufacturer Asha & Sons Address Srinagar Country of origin India" in page


def test_an_outdated_form_says_what_is_saved_now(app: Flask, editor: FlaskClient) -> None:
    editor.post("/backoffice/catalogue/new", data=NEW)
    address = f"/backoffice/catalogue/{product_id(app)}"
    seen = version_in(editor.get(address))
    editor.post(address, data=NEW | {"name": "Dish", "price": "45", "version": seen})
    refused = editor.post(address, data=NEW | {"name": "Plate", "version": seen})

    assert refused.status_code == 422
    assert "Saved now Name Dish Address walnut-bowl Price 45.00" in text_of(refused)
    assert 'value="Plate"' in refused.text
    saved = editor.post(address, data=NEW | {"name": "Plate", "version": version_in(refused)})
    assert saved.status_code == 303


def test_a_draft_appears_when_its_time_has_come(app: Flask, editor: FlaskClient, frozen: FrozenClock) -> None:
    sent = NEW | {"status": "draft", "publish_at": "2026-03-02T11:00"}
    past = editor.post("/backoffice/catalogue/new", data=sent | {"publish_at": "2026-03-01T11:00"})
    assert "This is in the past." in text_of(past)
    editor.post("/backoffice/catalogue/new", data=sent)
    guest = browser(app)
    assert [guest.get(path).status_code for path in ("/p/walnut-bowl", "/products")] == [404, 200]
    assert "Walnut bowl" not in guest.get("/products").text
    frozen.advance(hours=24)
    with app.app_context():
        due = [one for one in SCHEDULES if one.task.name == "catalogue.publish_due"]
        jobs.relay.enqueue_scheduled(due)
        jobs.run_due()

    assert "Walnut bowl" in guest.get("/products").text
    assert guest.get("/p/walnut-bowl").status_code == 200


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_preview_saves_nothing(app: Flask, editor: FlaskClient, headers: dict[str, str]) -> None:
    page = editor.post("/backoffice/catalogue/new", data=NEW | {"preview": "y"}, headers=headers)

    assert (page.status_code, "<p>Turned <strong>by hand</strong>.</p>" in page.text) == (200, True)
    assert ("<html" in page.text) is not bool(headers)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == 0


def test_the_picker_finds_products_and_keeps_the_chosen_ones(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        spoon, _ = make_product("Spoon"), make_product("Small spoon", sku="KC-SMALL")
        chosen = str(spoon.id)
    found = editor.post("/backoffice/catalogue/pick", data={"related": chosen, "related_find": "kc-sm"})

    assert re.findall(r'name="related" value="[^"]+"( checked)?>\s*<span>([^<]+)', found.text) == [
        (" checked", "Spoon "),
        ("", "Small spoon "),
    ]


def test_a_copy_opens_and_a_status_can_be_undone(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        family = make_product_with_variants("Pheran").id
    copied = editor.post(f"/backoffice/catalogue/{family}/copy").headers["Location"].split("?")[0]
    assert "This is the copy." in editor.get(f"{copied}?notice=product_copied").text
    archived = editor.post(f"/backoffice/catalogue/{family}/archived").headers["Location"]
    assert status_of(app, family) is Status.ARCHIVED
    page = editor.get(archived)
    assert "Pheran is archived." in page.text
    editor.post(f"/backoffice/catalogue/{family}/active")

    assert status_of(app, family) is Status.ACTIVE


def test_the_list_is_filtered_searched_and_exported(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        wood = make_category("Wood")
        bowls = make_category("Bowls", parent=wood)
        make_product("Bowl", sku="KC-B", categories=[bowls], stock=0)
        make_product("Spoon", categories=[wood], sale_price="30.00")
        make_product("Draft", status=Status.DRAFT)
        make_product_with_variants("Pheran", prices=("45.00", "55.00"), stocks=(1, 2))
        wood_id = wood.id

    def names(query: str) -> list[str]:
        page = editor.get(f"/backoffice/catalogue{query}").text
        return [
            html.unescape(one)
            for one in re.findall(r'<a href="/backoffice/catalogue/[0-9a-f-]{36}">([^<]+)', page)
        ]

    assert names("?sort=name") == ["Bowl", "Draft", "Pheran", "Spoon"]
    assert names(f"?sort=name&category={wood_id}") == ["Bowl", "Spoon"]
    assert (names("?stock=none"), names("?sale=now"), names("?tab=draft")) == (["Bowl"], ["Spoon"], ["Draft"])
    assert (names("?find=kc-b"), names("?sort=-price")[0], names("?tab=archived")) == (["Bowl"], "Pheran", [])
    exported = editor.get("/backoffice/catalogue?format=csv&sort=name").text.splitlines()
    assert exported[1].startswith("Bowl,KC-B,40.00,,0,Active")
    assert exported[3].split(",")[2:5] == ["45.00", "", "4"]


def test_many_products_are_archived_and_come_back(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        ids = [make_product("Bowl").id, make_product("Spoon", status=Status.ARCHIVED).id]
    address = "/backoffice/catalogue/selected/archive"
    sent = {"ids": [str(one) for one in ids], "back": "/backoffice/catalogue?tab=all"}
    preview = editor.post(address, data=sent)
    assert (preview.status_code, status_of(app, ids[0])) == (200, Status.ACTIVE)
    done = editor.post(address, data={**sent, "apply": "y"})
    assert [status_of(app, one) for one in ids] == [Status.ARCHIVED, Status.ARCHIVED]
    page = editor.get(done.headers["Location"]).text
    assert "1 product changed." in page
    was = re.findall(r'name="was" value="([^"]+)"', page)
    assert was == [f"active:{ids[0]}"]
    editor.post("/backoffice/catalogue/selected/undo", data={"was": [*was, "x:y", f"gone:{ids[1]}"]})

    assert [status_of(app, one) for one in ids] == [Status.ACTIVE, Status.ARCHIVED]


def test_prices_change_after_a_preview_of_the_same_prices(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        bowl, cheap = make_product("Bowl", price="40.00").id, make_product("Cheap", price="1.00").id
    address, sent = "/backoffice/catalogue/selected/prices", {"ids": [str(bowl), str(cheap)]}
    empty = editor.post(address, data={**sent, "preview": "y", "percent": "", "amount": ""})
    assert (empty.status_code, "Please enter a percentage or an amount." in empty.text) == (422, True)
    typed = {**sent, "percent": "10", "amount": "-2.00"}
    preview = editor.post(address, data={**typed, "preview": "y"})
    assert "$42.00" in preview.text
    assert "A price would be below 0." in preview.text
    seen = re.findall(r'name="seen" type="hidden" value="([^"]+)"', preview.text)[0]
    stale = editor.post(address, data={**typed, "apply": "y", "seen": "other"})
    assert 'name="apply"' in stale.text
    done = editor.post(address, data={**typed, "apply": "y", "seen": seen})

    assert "Bowl $40.00 $42.00 Changed" in re.sub(r"(Now|Then|Result) ", "", text_of(done))
    with app.app_context():
        stored = sa.select(Product.price).where(Product.id.in_([bowl, cheap])).order_by(Product.name)
        assert list(db.session.scalars(stored)) == [4200, 100]


def test_a_tag_is_added_and_undone(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        bowl = make_product("Bowl").id
    sent = {"ids": str(bowl), "tag": "gift", "apply": "y"}
    done = editor.post("/backoffice/catalogue/selected/tag", data=sent)
    assert "gift</textarea>" in editor.get(f"/backoffice/catalogue/{bowl}").text
    page = editor.get(done.headers["Location"]).text
    assert 'action="/backoffice/catalogue/selected/untag"' in page
    editor.post("/backoffice/catalogue/selected/untag", data=sent)

    assert "gift</textarea>" not in editor.get(f"/backoffice/catalogue/{bowl}").text
    nothing = editor.post("/backoffice/catalogue/selected/tag", data={"tag": "x"})
    assert nothing.headers["Location"] == "/backoffice/catalogue?notice=nothing_selected"


@pytest.mark.parametrize("path", ["/backoffice/catalogue", "/backoffice/catalogue/{}"])
def test_pages_read_as_much_for_one_product_as_for_many(
    app: Flask, editor: FlaskClient, count_statements: Callable[[], Any], path: str
) -> None:
    with app.app_context():
        family = make_product_with_variants("Pheran").id
    editor.get(path.format(family))
    with count_statements() as one:
        editor.get(path.format(family))
    with app.app_context():
        for number in range(8):
            make_product(f"Bowl {number}", picture=True, categories=[make_category(f"Of {number}")])
    with count_statements() as many:
        editor.get(path.format(family))

    assert len(one) == len(many)
