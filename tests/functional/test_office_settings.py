"""The owner changes the settings of the shop in the back office."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.rules import Role
from kashcraft.audit.models import AuditEntry
from kashcraft.core.db import db
from kashcraft.core.settings import settings
from tests.factories.catalogue import make_product
from tests.factories.people import signed_in

SHOP = {
    "shop_name": "Zoon", "shop_address": "Residency Road, Srinagar", "support_email": "hello@zoon.example",
    "shop_tax_id": "", "invoice_prefix": "Z-",
}  # fmt: skip
REGION = {
    "shop_country": "IN", "shop_currency": "INR", "prices_include_tax": "y", "shop_locale": "en_IN",
    "shop_timezone": "Asia/Kolkata",
}  # fmt: skip


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """The browser of an owner."""
    return signed_in(app, Role.OWNER)


def version(owner: FlaskClient, group: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\w+)"', owner.get(f"/backoffice/settings/{group}").text)
    assert found
    return found[1]


def test_the_owner_names_the_shop(app: Flask, owner: FlaskClient, client: FlaskClient) -> None:
    seen = version(owner, "shop")

    answer = owner.post("/backoffice/settings/shop", data={**SHOP, "version": seen})

    assert answer.headers["Location"] == "/backoffice/settings/shop?notice=settings_saved"
    assert "Zoon</title>" in client.get("/").text
    with app.app_context():
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.subject == "setting")).one()
        assert (entry.before["shop_name"], entry.after["shop_name"]) == ("Kashcraft", "Zoon")


def test_the_currency_is_chosen_before_anything_has_an_amount(app: Flask, owner: FlaskClient) -> None:
    owner.post("/backoffice/settings/region", data={**REGION, "version": version(owner, "region")})

    with app.app_context():
        found = settings()
        assert (found.shop_currency, found.shop_country, found.prices_include_tax, found.collects_tax) == (
            "INR", "IN", True, False,
        )  # fmt: skip
        assert (found.point_value, found.shop_locale) == (1, "en_IN")


def test_the_currency_stays_when_products_have_prices(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        make_product("Bowl")
    sent = {**REGION, "version": version(owner, "region")}

    answer = owner.post("/backoffice/settings/region", data=sent)

    assert answer.status_code == 422
    assert "because the shop has amounts in USD: products." in answer.text
    assert owner.post("/backoffice/settings/region", data={**sent, "shop_currency": "USD"}).status_code == 303


def test_an_invalid_value_is_refused_beside_its_field(owner: FlaskClient) -> None:
    seen = version(owner, "region")
    answer = owner.post("/backoffice/settings/region", data={**REGION, "shop_locale": "xx", "version": seen})

    assert answer.status_code == 422
    assert 'id="shop_locale-error">Please enter a locale, for example en_IN.' in answer.text
    assert 'value="xx"' in answer.text


def test_an_outdated_page_says_what_is_saved_now(owner: FlaskClient) -> None:
    seen = version(owner, "shop")
    owner.post("/backoffice/settings/shop", data={**SHOP, "version": seen})

    answer = owner.post("/backoffice/settings/shop", data={**SHOP, "shop_name": "Dal", "version": seen})

    assert answer.status_code == 422
    assert "These settings were changed after you opened the page." in answer.text
    assert '<dt>Name of the shop</dt><dd dir="auto">Zoon</dd>' in answer.text
    assert 'value="Dal"' in answer.text
    again = {**SHOP, "shop_name": "Dal", "version": version(owner, "shop")}
    assert f'value="{again["version"]}"' in answer.text
    assert owner.post("/backoffice/settings/shop", data=again).status_code == 303


def test_what_the_environment_states_is_shown_and_stays(
    app: Flask, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = replace(app.config["SETTINGS"], in_environment=frozenset({"shop_name"}))
    monkeypatch.setitem(app.config, "SETTINGS", stated)
    page = owner.get("/backoffice/settings").text

    assert 'name="shop_name"' not in page
    assert "<dt>Name of the shop</dt><dd>Kashcraft <code>KASHCRAFT_SHOP_NAME</code></dd>" in page
    owner.post("/backoffice/settings/shop", data={**SHOP, "version": version(owner, "shop")})
    with app.app_context():
        assert (settings().shop_name, settings().invoice_prefix) == ("Kashcraft", "Z-")
