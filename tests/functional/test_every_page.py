"""Every address that answers GET, opened by a stranger as a page and by htmx.

Each has the right status, sets no cookie, writes nothing, and says the right thing to caches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kashcraft.catalogue import services as catalogue
from kashcraft.core.db import step
from kashcraft.core.security import sign
from tests.conftest import browser
from tests.factories.catalogue import make_category, make_product
from tests.factories.orders import place, stocked
from tests.factories.people import person

PUBLIC, PRIVATE, SECRET = "public, max-age=60", "private, no-cache", "private, no-store"
# Where a stranger is not answered 200.
ELSEWHERE = {
    "accounts.overview": 303,
    "orders.mine": 303,
    "checkout.start": 303,
    "backoffice.front": 303,
    "backoffice.orders": 303,
    "backoffice.stock": 303,
    "catalogue.media": 404,
    "orders.show": 404,
    "orders.invoice": 404,
    "payments.return_from_gateway": 404,
    "sandbox.pay": 404,
}
# Pages behind a secret address, which nothing may keep.
SECRETS = {"accounts.confirm", "accounts.reset"}
# Answers that are no pages, and say themselves how long they may be kept.
MACHINES = {"storefront.healthz", "storefront.robots", "storefront.sitemap"}


@pytest.fixture
def addresses(app: Flask) -> dict[str, str]:
    """An address of every route that answers GET, by its endpoint, in a shop with one of everything."""
    with app.app_context():
        shelf = make_category("Shawls")
        make_product("Kani shawl", categories=[shelf], slug="kani-shawl")
        with step():
            catalogue.save_page(slug="shipping", title="Shipping", body="In a few days.")
        number = place((stocked(3), 1)).number
        user = person()
    with app.test_request_context():
        values: dict[str, dict[str, Any]] = {
            "accounts.confirm": {"token": sign("confirm_email", [str(user), "person@shop.example"])},
            "accounts.reset": {"token": sign("password_reset", [str(user), 1])},
            "catalogue.media": {"name": "nothing-0123456789ab-320.webp"},
            "orders.show": {"number": number},
            "orders.invoice": {"number": number},
            "payments.return_from_gateway": {"token": "forged"},
            "sandbox.pay": {"reference": "unknown"},
            "storefront.help_page": {"slug": "shipping"},
            "storefront.listing": {"slug": "shawls"},
            "storefront.product": {"slug": "kani-shawl"},
        }
        readable = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
        missing = {rule.endpoint for rule in readable if rule.arguments} - set(values)
        assert missing == set(), "routes with parameters that this test has no values for"
        return {rule.endpoint: url_for(rule.endpoint, **values.get(rule.endpoint, {})) for rule in readable}


def read_all(client: FlaskClient, addresses: dict[str, str], **headers: str) -> dict[str, TestResponse]:
    """Return the answers, read to their end, by endpoint."""
    return {
        endpoint: client.get(path, headers=headers, buffered=True) for endpoint, path in addresses.items()
    }


def test_a_stranger_is_answered_without_a_cookie_and_without_a_write(
    app: Flask, addresses: dict[str, str], count_statements: Callable[[], Any]
) -> None:
    with count_statements() as statements:
        answers = read_all(browser(app), addresses)

    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: ELSEWHERE.get(name, 200) for name in addresses
    }
    assert [name for name, answer in answers.items() if "Set-Cookie" in answer.headers] == []
    assert statements.writes == []


def test_htmx_is_answered_without_a_cookie_and_without_a_write_and_nothing_keeps_it(
    app: Flask, addresses: dict[str, str], count_statements: Callable[[], Any]
) -> None:
    with count_statements() as statements:
        answers = read_all(browser(app), addresses, **{"HX-Request": "true"})

    for name, answer in answers.items():
        expected = ELSEWHERE.get(name, 200)
        assert answer.status_code == (204 if expected == 303 else expected), name
        assert ("HX-Redirect" in answer.headers) == (expected == 303), name
        assert "Set-Cookie" not in answer.headers, name
        if answer.mimetype == "text/html" and expected == 200:
            assert answer.headers["Cache-Control"] == "no-store", name
    assert statements.writes == []


def test_pages_without_cookies_may_be_kept_for_a_minute(app: Flask, addresses: dict[str, str]) -> None:
    for name, answer in read_all(browser(app), addresses).items():
        if name in MACHINES or answer.mimetype != "text/html":
            continue
        found = SECRET if name in SECRETS else PUBLIC
        kept = {200: {found}, 404: {PUBLIC, SECRET}, 303: {PRIVATE, SECRET}}[answer.status_code]
        assert answer.headers["Cache-Control"] in kept, name
        assert {"Cookie", "HX-Request"} <= {part.strip() for part in answer.headers["Vary"].split(",")}, name


def test_pages_for_somebody_with_a_cookie_are_theirs(app: Flask, addresses: dict[str, str]) -> None:
    client = browser(app)
    client.set_cookie("cart", "a-token-of-nobody.2")
    for name, answer in read_all(client, addresses).items():
        if name not in MACHINES and answer.mimetype == "text/html":
            assert answer.headers["Cache-Control"] in (PRIVATE, SECRET), name


def test_every_page_names_its_policy(app: Flask, addresses: dict[str, str]) -> None:
    for name, answer in read_all(browser(app), addresses).items():
        if answer.mimetype == "text/html":
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, name
            assert "unsafe" not in policy, name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
