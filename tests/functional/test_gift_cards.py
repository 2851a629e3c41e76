"""The balance page of gift cards, with and without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import in_step
from kashcraft.gift_cards import services
from tests.conftest import browser
from tests.factories.gift_cards import make_card, pay
from tests.factories.vouchers import an_order

PAGE = "/gift-cards/balance"
WRONG = "We find no gift card with this code."
HTMX = {"HX-Request": "true"}


@pytest.fixture(params=[{}, HTMX], ids=["page", "htmx"])
def headers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Sent by a browser without and with JavaScript."""
    return dict(request.param)


def ask(client: FlaskClient, code: str, headers: dict[str, str] | None = None) -> Any:
    return client.post(PAGE, data={"code": code}, headers=headers or {})


def details(response: Any) -> dict[str, str]:
    """Return the details of the page by name."""
    rows = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", response.text)
    return dict(rows)


def test_the_page_asks_for_a_code_and_sets_no_cookie(client: FlaskClient, headers: dict[str, str]) -> None:
    response = client.get(PAGE, headers=headers)
    assert response.status_code == 200
    assert 'name="code"' in response.text
    assert "Set-Cookie" not in response.headers
    assert response.text.lstrip().startswith("<!doctype html>") is not bool(headers)


def test_balance_is_shown(
    database: Flask, frozen: FrozenClock, client: FlaskClient, headers: dict[str, str]
) -> None:
    card, code = make_card(10_000, expires_at=frozen.moment + timedelta(days=365))
    pay(an_order(), (card, 3_750))
    response = ask(client, code.lower().replace("-", " "), headers)
    assert response.status_code == 200
    assert details(response) == {"Left": "$62.50", "Issued with": "$100.00", "Valid": "Until March 2, 2027"}
    assert f'Card ending <span class="nums">{code[-4:]}</span>' in response.text


def test_a_card_without_an_end_and_one_that_ended(
    database: Flask, frozen: FrozenClock, client: FlaskClient
) -> None:
    endless, ended = make_card(500)[1], make_card(500, expires_at=frozen.moment)[1]
    assert details(ask(client, endless)) == {
        "Left": "$5.00",
        "Issued with": "$5.00",
        "Valid": "Without an end date",
    }
    assert details(ask(client, ended)) == {
        "Left": "$0.00", "Issued with": "$5.00", "Valid": "Expired on March 2, 2026",
    }  # fmt: skip


def test_wrong_and_cancelled_codes_get_one_same_answer(
    database: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    card, cancelled = make_card()
    in_step(lambda: services.cancel(card_id=card.id))
    answers = []
    for code in (cancelled, "GC-0000-0000-0000-0000", "SPRING-10", "GC-7K4M"):
        response = ask(client, code, headers)
        assert response.status_code == 422
        answers.append(response.text.replace(code, "CODE"))
    assert len(set(answers)) == 1
    assert WRONG in answers[0]


def test_empty_code_has_an_error_at_the_field(client: FlaskClient, headers: dict[str, str]) -> None:
    response = ask(client, " ", headers)
    assert response.status_code == 422
    assert "Please enter the code of your gift card." in response.text
    assert 'aria-invalid="true"' in response.text


def test_response_is_not_cached_and_the_code_is_in_no_url_and_no_log(
    database: Flask, client: FlaskClient, capsys: pytest.CaptureFixture[str], headers: dict[str, str]
) -> None:
    code = make_card()[1]
    response = ask(client, code, headers)
    assert "no-store" in response.headers["Cache-Control"]
    assert code not in response.text
    assert "Location" not in response.headers
    assert "HX-Push-Url" not in response.headers
    assert client.get(PAGE, query_string={"code": code}).text.count(WRONG) == 0
    assert code not in client.get(PAGE, query_string={"code": code}).text
    written = capsys.readouterr()
    assert code not in written.out + written.err


@pytest.mark.usefixtures("rate_limits")
def test_guessing_ends_after_ten_tries(database: Flask, client: FlaskClient) -> None:
    code = make_card()[1]
    assert [ask(client, "GC-0000-0000-0000-0000").status_code for _ in range(10)] == [422] * 10
    assert ask(client, code).status_code == 429
    assert client.get(PAGE).status_code == 200


def test_a_foreign_site_cannot_ask(app: Flask) -> None:
    stranger = browser(app)
    response = stranger.post(PAGE, data={"code": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
