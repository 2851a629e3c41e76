"""Requests beyond a limit return the sent form with a message."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import shopping
from tests.factories.orders import place, stocked
from tests.factories.people import signed_in
from tests.support.shopper import Shopper, text_of

pytestmark = pytest.mark.usefixtures("rate_limits")

SOON = "Too many attempts. Please try again in 15 minutes."
LATER = "Too many attempts. Please try again in an hour."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shopper(app: Flask, client: FlaskClient) -> Shopper:
    """A guest with a bowl in the cart, at the payment."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product("Walnut bowl", 4300, stock=10)
    one = Shopper(client)
    one.add(bowl)
    one.enter_contact()
    one.choose_delivery()
    return one


@pytest.fixture
def guest_order(app: Flask) -> Any:
    """An order of ada@shop.example."""
    with app.app_context():
        return place((stocked(1), 1))


def repeated(client: FlaskClient, path: str, times: int, **form: str) -> TestResponse:
    """Send a form ``times`` and once more; return the last answer."""
    for _ in range(times):
        assert client.post(path, data=form).status_code != 429
    return client.post(path, data=form)


@pytest.mark.parametrize(
    ("path", "times", "form", "words"),
    [
        ("/account/sign-in", 10, {"email": "ada@example.com", "password": "not the carpet"}, SOON),
        ("/account/register", 5, {"email": "ada@example.com", "full_name": "Ada King"}, LATER),
        ("/account/forgot", 5, {"email": "ada@example.com"}, LATER),
        ("/orders/find", 10, {"number": "KC-1", "email": "ada@example.com"}, SOON),
        ("/gift-cards/balance", 10, {"code": "GC-2222-3333-4444-5555"}, SOON),
    ],
)
def test_the_form_is_returned_as_it_was_sent(
    client: FlaskClient, path: str, times: int, form: dict[str, str], words: str
) -> None:
    answer = repeated(client, path, times, **form)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert words in text_of(answer)
    for name, typed in form.items():
        if name != "password":
            assert f'name="{name}"' in answer.text
            assert f'value="{typed}"' in answer.text
    assert "not the carpet" not in answer.text


def test_only_failed_searches_count_and_only_for_their_address(
    app: Flask, client: FlaskClient, guest_order: Any
) -> None:
    right = {"number": guest_order.number, "email": "ada@shop.example"}
    for _ in range(11):
        assert client.post("/orders/find", data=right).status_code == 303
    wrong = repeated(client, "/orders/find", 10, number="KC-1", email="Ada@shop.example")
    assert wrong.status_code == 429
    assert client.post("/orders/find", data=right).status_code == 429
    other = client.post("/orders/find", data={"number": "KC-1", "email": "eve@example.com"})
    assert other.status_code == 422


def test_a_network_is_limited_over_all_addresses(client: FlaskClient) -> None:
    for number in range(100):
        sent = {"number": "KC-1", "email": f"eve{number}@example.com"}
        assert client.post("/orders/find", data=sent).status_code == 422
    last = client.post("/orders/find", data={"number": "KC-1", "email": "eve@example.com"})
    assert last.status_code == 429


def test_htmx_gets_the_same_message_in_the_form(client: FlaskClient) -> None:
    repeated(client, "/gift-cards/balance", 10, code="GC-2222-3333-4444-5555")
    answer = client.post("/gift-cards/balance", data={"code": "GC-9"}, headers=HTMX)

    assert answer.status_code == 429
    assert answer.text.lstrip().startswith('<div class="stack" id="gift-card-balance">')
    assert SOON in text_of(answer)
    assert 'value="GC-9"' in answer.text
    assert "HX-Reswap" not in answer.headers


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("place", ["cart", "checkout"])
def test_a_code_stays_in_its_field(shopper: Shopper, place: str, htmx: bool) -> None:
    for number in range(10):
        assert shopper.post(f"/{place}/codes", code=f"WRONG{number}").status_code == 422
    shopper.htmx = htmx
    answer = shopper.post(f"/{place}/codes", target=place, code="SPRING")

    assert answer.status_code == 429
    assert SOON in text_of(answer)
    assert 'name="code" value="SPRING"' in answer.text
    assert 'aria-invalid="true" aria-describedby="code-error"' in answer.text
    assert ("<html" in answer.text) is not htmx


def test_without_a_form_the_message_is_announced(app: Flask) -> None:
    member = signed_in(app)
    wanted = {"offer_id": str(uuid4()), "key": str(uuid4())}
    for _ in range(60):
        assert member.post("/account/loyalty/rewards", data=wanted).status_code == 404
    answer = member.post("/account/loyalty/rewards", data=wanted, headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Reswap"]) == (429, "none")
    assert "Too many attempts" in answer.headers["HX-Trigger"]
