"""Test cards are accepted only where the settings allow it, and a real shop says so on every page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft import create_app
from kashcraft.accounts.models import Role
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.payments import gateways, services
from kashcraft.payments.gateways import NoGateway
from kashcraft.payments.models import Payment
from kashcraft.templating import error_page
from tests.factories.orders import place, stocked
from tests.factories.people import signed_in
from tests.support.shopper import text_of

STRIP = "Test payments: no card is charged in this shop."


@pytest.fixture
def without(app: Flask, tmp_path: Path) -> Flask:
    """Return a shop on the same database that does not use the sandbox."""
    return create_app(replace(app.config["SETTINGS"], payments="", instance_path=tmp_path))


def test_without_the_sandbox_its_urls_do_not_exist(app: Flask, without: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("sandbox.")]
    asked = [
        (method, rule.rule.replace("<reference>", "pi_0123456789abcdef01234567"))
        for rule in rules
        for method in (rule.methods or set()) - {"OPTIONS"}
    ]
    visitor = without.test_client()

    assert len(asked) == 5
    assert [visitor.open(path, method=method).status_code for method, path in asked] == [404] * 5
    assert visitor.post("/payments/webhooks/sandbox", data=b"{}").status_code == 404
    assert "/sandbox" not in visitor.get("/robots.txt").text


def test_without_the_sandbox_its_processor_is_not_called(without: Flask) -> None:
    with without.app_context():
        with pytest.raises(NoGateway, match="takes no payments through sandbox"):
            gateways.get_gateway("sandbox")
        with pytest.raises(NoGateway, match="takes no test payments"):
            services.settle_sandbox(reference="pi_0123456789abcdef01234567")
    assert not (without.config["SETTINGS"].instance_path / "sandbox_processor.db").exists()


def test_a_payment_of_an_unused_gateway_cannot_begin(
    database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = Payment(gateway="elsewhere", amount=100, currency="USD")

    with pytest.raises(DomainError, match="processor_unavailable"):
        services.begin(payment=payment, number="KC-1")


def test_the_demo_needs_the_sandbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], payments=""))

    result = app.test_cli_runner().invoke(args=["demo", "load"])

    assert (result.exit_code, "KASHCRAFT_PAYMENTS=sandbox" in result.output) == (1, True)


@pytest.fixture
def accepting_test_cards(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the shop in production mode while it accepts test cards."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], env="production"))


def pages(app: Flask, client: FlaskClient) -> list[str]:
    """Return a page of every layout as visitors see it."""
    with app.app_context():
        order = place((stocked(3), 1))
        order_id, number = order.id, order.number
        payment = in_step(lambda: services.open_payment(order_id=order_id))
        assert payment is not None
        pay_page = services.begin(payment=payment, number=number)
    staff = signed_in(app, Role.OWNER)
    with app.test_request_context():
        failed = error_page(503)
    paths = ["/", "/account/sign-in", "/cart", "/no-such-page", pay_page]
    return [
        *(client.get(path).text for path in paths),
        *(staff.get(path).text for path in ("/account/", "/backoffice/", "/backoffice/orders")),
        failed,
    ]


@pytest.mark.usefixtures("accepting_test_cards")
def test_a_production_shop_with_test_cards_says_so_on_every_page(app: Flask, client: FlaskClient) -> None:
    *shop, today, orders, failed = pages(app, client)

    assert [text_of(page).count(STRIP) for page in [*shop, failed]] == [1] * 7
    assert [page.count(f'title="{STRIP}"') for page in (today, orders)] == [1, 1]


def test_a_shop_in_development_shows_no_warning(app: Flask, client: FlaskClient) -> None:
    assert [page.count(STRIP) for page in pages(app, client)] == [0] * 9
