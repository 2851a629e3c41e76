"""Unusual requests, and responses to errors."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.exceptions import RequestEntityTooLarge

from kashcraft.core import rate_limits
from kashcraft.core.db import db
from tests.conftest import browser
from tests.factories.shopping import add_product, add_taxes_and_delivery
from tests.support.shopper import Shopper

ADA = {"full_name": "Ada King", "email": "ada@shop.example", "password": "seven carpets fly"}
PAGES = ["/", "/products", "/c/shawls", "/p/shawl", "/search", "/cart", "/orders/find", "/account/sign-in"]


@pytest.mark.parametrize("path", ["/p/a%00b", "/c/%00", "/help/%00", "/orders/%00", "/media/%00", "/%00"])
def test_a_nul_in_an_address_is_a_bad_request(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("query", ["q=%00", "sort=a%00b", "x%00=1", "page=%00&choice=%00"])
def test_a_nul_in_a_query_is_removed(client: FlaskClient, path: str, query: str) -> None:
    without = client.get(f"{path}?{query.replace('%00', '')}")

    assert client.get(f"{path}?{query}").status_code == without.status_code in (200, 404)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "query",
    [
        "q=%ff%fe&page=%c3%28",
        "q=" + "a" * 5000,
        "page=99999999999999999999&min=99999999999999999999999&max=-1",
        "page=-1&sort=nonsense&colour=%F0%9F%A7%B5&min=1e400&max=NaN",
        "notice=%3Cscript%3E&next=//evil.example&choice=x&removed=x&quantity=99999999999999999999",
    ],
)
def test_invalid_queries_are_ignored(client: FlaskClient, path: str, query: str) -> None:
    answer = client.get(f"{path}?{query}")

    assert answer.status_code in (200, 404)
    assert "<script>" not in answer.text.partition("<body")[2]


@pytest.mark.parametrize("path", ["/p/%ff%fe", "/c/%c3%28", "/help/" + "a" * 3000, "/p/%F0%9F%A7%B5"])
def test_strange_addresses_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"email": "ada\x01@shop.example"},
        {"full_name": "Ada\x01"},
        {"email": "a" * 300 + "@shop.example"},
        {"full_name": "A" * 5000},
        {"email": "ada@shop.example\r\nBcc: eve@evil.example"},
    ],
)
def test_a_value_that_cannot_be_stored_is_refused_beside_its_field(
    client: FlaskClient, change: dict[str, str]
) -> None:
    assert client.post("/account/register", data={**ADA, **change}).status_code == 422
    assert client.post("/account/sign-in", data={**ADA, **change}).status_code == 422


@pytest.mark.parametrize("password", ["seven carpets\x00fly", "x" * 5000])
def test_a_password_with_nul_is_refused(client: FlaskClient, password: str) -> None:
    assert client.post("/account/sign-in", data={**ADA, "password": password}).status_code == 422


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"email": "ada@shop.example"}'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded", b"email=%ff&password=\xff&=&&&"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"email=x"),
        ("text/plain", b"email=ada"),
        ("", b""),
    ],
)
def test_a_body_of_another_kind_is_an_empty_form(
    client: FlaskClient, rate_limits: None, content_type: str, body: bytes
) -> None:
    assert client.post("/account/sign-in", data=body, content_type=content_type).status_code == 422


@pytest.mark.parametrize("path", ["/account/sign-in", "/account/register", "/cart/lines"])
def test_a_body_that_is_too_large_is_not_read(client: FlaskClient, rate_limits: None, path: str) -> None:
    answer = client.post(path, data={"email": "a" * 600_000})

    assert answer.status_code == 413
    assert "That was too large" in answer.text


def test_an_unreadable_form_is_no_failure_of_the_storage_of_limits(app: Flask) -> None:
    form = {"email": "a" * 600_000}
    with app.test_request_context(method="POST", data=form, content_type="multipart/form-data"):
        with pytest.raises(RequestEntityTooLarge):
            _ = request.form

        unread = rate_limits.typed_address()
    with app.test_request_context(method="POST", data={"email": " "}):
        assert rate_limits.typed_address() == unread


@pytest.mark.parametrize("total", ["9" * 40, "-1", "much", "\x00"])
def test_an_invalid_total_differs_from_the_shown_one(app: Flask, total: str) -> None:
    with app.app_context():
        add_taxes_and_delivery()
        sold = add_product()
    shopper = Shopper(browser(app))
    shopper.add(sold)
    shopper.enter_contact()
    shopper.choose_delivery()

    assert shopper.place(total).status_code == 422


@pytest.mark.parametrize("path", PAGES)
def test_head_and_options_answer_like_get(client: FlaskClient, path: str) -> None:
    page, head = client.get(path), client.head(path)

    assert (head.status_code, head.data) == (page.status_code, b"")
    options = client.options(path)
    assert options.status_code == 200
    assert {"GET", "HEAD", "OPTIONS"} <= options.allow


def test_a_wrong_method_is_answered_with_the_allowed_ones(client: FlaskClient) -> None:
    answer = client.delete("/account/sign-in")

    assert answer.status_code == 405
    assert {"GET", "HEAD", "OPTIONS", "POST"} == answer.allow
    assert "<h1" in answer.text


def test_opening_the_address_of_a_form_redirects_to_the_page_above(app: Flask, client: FlaskClient) -> None:
    """Reload and Back do that where a refused form was answered without JavaScript."""
    pages = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    others = ("backoffice.", "payments.webhook")
    forms = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule not in pages and not rule.endpoint.startswith(others)
    ]
    assert len(forms) > 30
    adapter = app.url_map.bind("localhost")
    for rule in forms:
        values = {name: UUID(int=1) if "uuid:" in rule.rule else "x" for name in rule.arguments}
        path = adapter.build(rule.endpoint, values, method="POST")
        answer = client.get(path)
        assert answer.status_code == 303, path
        above = answer.headers["Location"]
        assert path.startswith(f"{above.rstrip('/')}/"), path
        assert adapter.test(above, method="GET"), path
    assert client.get("/checkout/contact").headers["Location"] == "/checkout"
    assert client.get("/cart/lines").headers["Location"] == "/cart"


def test_the_address_of_a_webhook_is_not_redirected(client: FlaskClient) -> None:
    assert client.get("/payments/webhooks/sandbox").status_code == 405


def test_a_missing_page_changes_nothing_for_htmx(client: FlaskClient) -> None:
    answer = client.get("/p/nothing", headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert answer.headers["HX-Reswap"] == "none"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/p/shawl", "/cart", "/nowhere"])
def test_without_its_database_the_shop_shows_an_error_page(app: Flask, tmp_path: Path, path: str) -> None:
    visitor = browser(app)
    visitor.set_cookie("cart", "token.1")
    app.testing = False
    with app.app_context():
        engines = db.engines
    whole = engines[None]
    engines[None] = sa.create_engine(f"sqlite:///{tmp_path / 'missing' / 'shop.db'}")
    try:
        answer = visitor.get(path)
        ended = visitor.get(path, headers={"HX-Request": "true"})
    finally:
        app.testing = True
        engines[None].dispose()
        engines[None] = whole

    assert (answer.status_code, ended.status_code) == (500, 500)
    assert "<h1" in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Request-Id"]
    assert "public" not in answer.headers["Cache-Control"]
