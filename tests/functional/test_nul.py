"""A NUL character in anything that visitors or staff send breaks no page: PostgreSQL does not store it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kashcraft.cart.models import CartLine
from kashcraft.catalogue.models import Product
from kashcraft.core.db import db
from kashcraft.core.forms import Form
from kashcraft.core.signing import sign
from kashcraft.orders.views import LINK_VERSION
from tests.conftest import browser
from tests.factories.people import person, signed_in
from tests.factories.shopping import add_taxes_and_delivery
from tests.factories.vouchers import make_voucher
from tests.functional.test_backoffice import OWNER, ROUTES, Work, paid_order
from tests.support.shopper import HERE, Shopper

SOURCES = Path(__file__).resolve().parents[2] / "kashcraft"
READ = re.compile(
    r'request\.(?:form|args|values)\.get(?:list)?\(\s*"(\w+)"|"(\w+)" in request\.(?:form|args)'
)
# What a field may hold so that its form is taken further than its first check; a NUL comes behind each.
TYPED = {
    "email": "ada@shop.example", "quantity": "1", "amount": "1.00", "value": "5", "count": "1",
    "delivery": "standard", "password": "seven carpets fly", "state": "active", "max_usages": "1",
    "next": "/cart", "reason": "damaged", "answer": "yes", "number": "4242424242424242", "expiry": "04/40",
    "discount_type": "percentage", "expires_at": "2040-01-01T00:00", "currency": "USD", **HERE["US"],
    "part": "shipping", "same_billing": "y", "key": "key", "to": "recipient", "points": "100",
    "country": "US",
}  # fmt: skip


def forms(kind: type[Form] = Form) -> Iterator[type[Form]]:
    for one in kind.__subclasses__():
        yield one
        yield from forms(one)


def names() -> set[str]:
    """Return the names of all that the shop reads from a query or a form."""
    found = {name for form in forms() for name in dir(form) if hasattr(getattr(form, name), "field_class")}
    for path in SOURCES.rglob("*.py"):
        found |= {name for pair in READ.findall(path.read_text()) for name in pair if name}
    # The fields of an address are made for its country.
    found |= {"country", "street_address2", "company", "phone", *HERE["US"]}
    prefixed = {f"{part}-{name}" for part in ("shipping", "billing") for name in found}
    return found | prefixed


def sent(**known: Any) -> dict[str, str]:
    """Return something with a NUL for every name that the shop reads."""
    last = {name: name.rpartition("-")[2] for name in names()}
    return {name: f"{TYPED.get(short, 'a')}\x00" for name, short in last.items()} | {
        name: f"{value}\x00" for name, value in known.items()
    }


@pytest.fixture
def work(app: Flask) -> Work:
    with app.app_context():
        add_taxes_and_delivery()
        return paid_order(5, 2)


def address(rule: Rule, known: dict[str, Any]) -> str:
    """Return the address of a route for what there is, and else for an id of nothing."""
    values = {name: known.get(name, UUID(int=1) if "uuid:" in rule.rule else "x") for name in rule.arguments}
    return str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def routes(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or set()) and not rule.endpoint.startswith("backoffice.")
    ]


def test_every_name_that_the_shop_reads_is_tried() -> None:
    assert {"code", "email", "quantity", "key", "shipping-city", "full_name", "note", "find", "q"} <= names()
    assert len(names()) > 150


@pytest.mark.parametrize("member", [False, True], ids=["guest", "member"])
def test_no_route_of_shoppers_breaks(app: Flask, work: Work, member: bool) -> None:
    with app.app_context():
        user_id = person()
    visitor = signed_in(app, user_id=user_id) if member else browser(app)
    Shopper(visitor).add(work.product_id)
    with app.app_context():
        line = db.session.scalars(sa.select(CartLine.id)).one()
        slug = db.session.scalar(sa.select(Product.slug).where(Product.id == work.product_id))
    with app.test_request_context():
        key = sign("order", [str(work.order_id), LINK_VERSION])
    known = {"number": work.number, "line_id": line, "slug": slug}
    form = sent(key=key, product_id=work.product_id)
    for rule in routes(app, "GET"):
        answer = visitor.get(address(rule, known), query_string=form)
        assert answer.status_code < 500, rule.rule
    for rule in routes(app, "POST"):
        answer = visitor.post(address(rule, known), data=form)
        assert answer.status_code < 500, rule.rule
        answer = visitor.post(address(rule, known), data=form, headers={"HX-Request": "true"})
        assert answer.status_code < 500, rule.rule


def test_no_route_of_the_office_breaks(app: Flask, work: Work) -> None:
    office = signed_in(app, OWNER)
    form = sent(product_id=work.product_id)
    for method, route in ROUTES:
        taken = {"data": form} if method == "POST" else {"query_string": form}
        answer = office.open(work.url(route), method=method, **taken)
        assert answer.status_code < 500, route


def test_what_is_left_of_a_code_is_looked_up(app: Flask, work: Work) -> None:
    with app.app_context():
        make_voucher(code="SPRING")
    shopper = Shopper(browser(app))
    shopper.add(work.product_id)

    answer = shopper.post("/cart/codes", code="SPR\x00ING")

    assert answer.status_code == 303
    assert "SPRING" in shopper.client.get("/cart").text


def test_cookies_and_headers_break_nothing(client: FlaskClient) -> None:
    for name in ("cart", "session", "prefs", "device"):
        client.set_cookie(name, '"a\\000b.1"')
    headers = {"User-Agent": "a\x00b", "HX-Target": "\x00", "HX-Current-URL": "\x00", "Referer": "\x00"}
    for path in ("/", "/cart", "/checkout"):
        assert client.get(path, headers=headers).status_code < 500
    assert client.post("/cart/lines", data={}, headers=headers).status_code < 500
