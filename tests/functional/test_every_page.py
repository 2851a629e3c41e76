"""Every address that answers GET, opened by a stranger as a page and by htmx.

Each has the right status, sets no cookie, writes nothing, and says the right thing to caches.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import Rule, UUIDConverter
from werkzeug.test import TestResponse

from kashcraft.content import services as content
from kashcraft.core.db import step
from kashcraft.core.signing import sign
from tests.conftest import browser
from tests.factories.catalogue import make_category, make_product
from tests.factories.orders import place, stocked
from tests.factories.people import an_invitation, person

PUBLIC, PRIVATE, SECRET = "public, max-age=60", "private, no-cache", "private, no-store"
# What a stranger is sent on from; everything under /backoffice and what asks for a sign-in comes on top.
ONWARD = {"storefront.account", "orders.mine", "loyalty.show", "checkout.start", "checkout.summary"}
# Links that are passed on by people and lead elsewhere for everybody.
LINKS = {"loyalty.follow", "storefront.old_collection"}
# Addresses of another shop that lead on for good.
MOVED = {"storefront.old_collections"}
# Pages behind a secret address, which no cache may store.
SECRETS = {"accounts.confirm", "accounts.reset", "accounts.staff_invitation"}
# Responses that are not pages; their own headers say how long they may be cached.
MACHINES = {"storefront.healthz", "storefront.robots", "storefront.sitemap", "storefront.google_feed"}


@dataclass(frozen=True)
class Address:
    """An address of a route, and the status that a stranger gets there."""

    path: str
    status: int


@pytest.fixture
def addresses(app: Flask) -> dict[str, Address]:
    """An address of every route that answers GET, by its endpoint, in a shop with one of everything.

    Where only a secret or a role opens a page, the address names something that does not exist: 404, as the
    right one would be for a stranger.
    """
    with app.app_context():
        shawls = make_category("Shawls")
        make_product("Kani shawl", categories=[shawls], slug="kani-shawl")
        with step():
            content.save_page(slug="shipping", title="Shipping", body="In a few days.")
        number = place((stocked(3), 1)).number
        user, invitation = person(), an_invitation("new@shop.example")
    with app.test_request_context():
        known = {
            "accounts.confirm": {"token": sign("register", ["new@shop.example", "Ada King", None, None])},
            "accounts.reset": {"token": sign("password_reset", [str(user), 1])},
            "accounts.staff_invitation": {"token": invitation},
            "storefront.help_page": {"slug": "shipping"},
            "storefront.listing": {"slug": "shawls"},
            "storefront.product": {"slug": "kani-shawl"},
        }
        return {
            rule.endpoint: Address(
                url_for(rule.endpoint, **known.get(rule.endpoint, _invented(rule, number))),
                _status(rule, known),
            )
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or set())
        }


def _invented(rule: Rule, number: str) -> dict[str, Any]:
    """Return values for a route's parameters that open nothing: an order's number without its key, say."""
    invented = {
        "number": number, "name": "nothing-0123456789ab-320.webp", "group": "shop", "menu": "header",
    }  # fmt: skip
    ids = {name for name, converter in rule._converters.items() if isinstance(converter, UUIDConverter)}
    return {name: UUID(int=7) if name in ids else invented.get(name, "unknown") for name in rule.arguments}


def _status(rule: Rule, known: Container[str]) -> int:
    if rule.endpoint in ONWARD or rule.endpoint.startswith("backoffice."):
        return 303
    if rule.endpoint in LINKS:
        return 302
    if rule.endpoint in MOVED:
        return 301
    return 404 if rule.arguments and rule.endpoint not in known else 200


def read_all(client: FlaskClient, addresses: dict[str, Address], **headers: str) -> dict[str, TestResponse]:
    """Return the answers, read to their end, by endpoint."""
    return {
        endpoint: client.get(one.path, headers=headers, buffered=True) for endpoint, one in addresses.items()
    }


def test_strangers_get_no_cookie_and_cause_no_write(
    app: Flask, addresses: dict[str, Address], count_statements: Callable[[], Any]
) -> None:
    with count_statements() as statements:
        answers = read_all(browser(app), addresses)

    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: one.status for name, one in addresses.items()
    }, "a page that asks to sign in belongs into ONWARD, one with a slug or a token into the known addresses"
    assert [name for name, answer in answers.items() if "Set-Cookie" in answer.headers] == []
    assert statements.writes == []


def test_htmx_requests_get_no_cookie_cause_no_write_and_are_not_cached(
    app: Flask, addresses: dict[str, Address], count_statements: Callable[[], Any]
) -> None:
    with count_statements() as statements:
        answers = read_all(browser(app), addresses, **{"HX-Request": "true"})

    for name, answer in answers.items():
        expected = addresses[name].status
        assert answer.status_code == (204 if expected == 303 else expected), name
        assert ("HX-Redirect" in answer.headers) == (expected == 303), name
        assert "Set-Cookie" not in answer.headers, name
        if answer.mimetype == "text/html" and expected == 200:
            assert answer.headers["Cache-Control"] == "no-store", name
    assert statements.writes == []


def test_anonymous_pages_are_public_for_a_minute(app: Flask, addresses: dict[str, Address]) -> None:
    for name, answer in read_all(browser(app), addresses).items():
        if name in MACHINES or answer.mimetype != "text/html":
            continue
        found = SECRET if name in SECRETS else PUBLIC
        valid = {
            200: {found},
            301: {PUBLIC},
            404: {PUBLIC, SECRET},
            302: {PRIVATE},
            303: {PRIVATE, SECRET},
        }[answer.status_code]
        assert answer.headers["Cache-Control"] in valid, name
        assert {"Cookie", "HX-Request"} <= {part.strip() for part in answer.headers["Vary"].split(",")}, name


def test_pages_for_requests_with_cookies_are_private(app: Flask, addresses: dict[str, Address]) -> None:
    client = browser(app)
    client.set_cookie("cart", "a-token-of-nobody.2")
    for name, answer in read_all(client, addresses).items():
        if name not in MACHINES and answer.mimetype == "text/html":
            assert answer.headers["Cache-Control"] in (PRIVATE, SECRET), name


def test_every_page_has_a_content_security_policy(app: Flask, addresses: dict[str, Address]) -> None:
    for name, answer in read_all(browser(app), addresses).items():
        if answer.mimetype == "text/html":
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, name
            assert "unsafe" not in policy, name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
