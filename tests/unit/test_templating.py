"""The values that every page has: categories, notice, promises of the shop, and the day of the shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.core.settings import shop_time
from kashcraft.shipping import services as shipping
from tests.factories.shopping import add_taxes_and_delivery


def test_a_warm_process_asks_the_database_nothing_for_what_surrounds_a_page(
    database: Flask, client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    add_taxes_and_delivery()
    client.get("/account/sign-in")

    with count_statements() as seen:
        client.get("/account/sign-in")
    assert [text for text in seen.texts if "catalogue_version" not in text] == []
    assert len(seen) <= 1


def test_the_head_says_from_where_delivery_is_free(database: Flask, client: FlaskClient) -> None:
    assert "free standard delivery" not in client.get("/account/sign-in").text
    add_taxes_and_delivery()
    assert "United States: free standard delivery from $150.00" in client.get("/account/sign-in").text


def test_a_new_promise_is_on_every_page_at_once(database: Flask, client: FlaskClient) -> None:
    add_taxes_and_delivery()
    client.get("/")
    with step():
        shipping.save_zone(name="America", currency="USD", countries=[("US", "")], free_above=9900)

    assert "United States: free standard delivery from $99.00" in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/account/sign-in", "/cart"])
def test_a_notice_is_shown_by_its_code_only(client: FlaskClient, path: str) -> None:
    assert "You are signed out." in client.get(f"{path}?notice=signed_out").text
    assert "made_up" not in client.get(f"{path}?notice=made_up").text.partition("<body")[2]


@pytest.mark.parametrize("path", ["/cart", "/checkout"])
def test_the_links_to_cart_and_checkout_lead_to_pages(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (200, 303)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("UTC", "2026-03-02 10:00"),
        ("Asia/Kolkata", "2026-03-02 15:30"),
        ("Pacific/Auckland", "2026-03-02 23:00"),
    ],
)
def test_the_shops_hour_is_that_of_its_own_time_zone(
    database: Flask, monkeypatch: pytest.MonkeyPatch, zone: str, hour: str
) -> None:
    settings = replace(database.config["SETTINGS"], shop_timezone=zone)
    monkeypatch.setitem(database.config, "SETTINGS", settings)
    with clock.frozen(datetime(2026, 3, 2, 10, 0, tzinfo=UTC)):
        assert f"{shop_time():%Y-%m-%d %H:%M}" == hour
