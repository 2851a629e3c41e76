"""Attempts of strangers with a customer's e-mail address are limited and never lock out the customer."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import RedisStorage

from kashcraft.accounts.models import User
from kashcraft.core import jobs, passwords
from kashcraft.core.db import step
from kashcraft.core.rate_limits import ShareOfProcess
from kashcraft.extensions import limiter
from tests.conftest import browser
from tests.factories.people import person
from tests.support.races import at_once
from tests.support.redis import redis
from tests.support.shopper import text_of

pytestmark = pytest.mark.usefixtures("rate_limits")

ADA = {"email": "ada@shop.example", "password": "seven carpets fly"}
WRONG = {**ADA, "password": "wrong carpets fly"}
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def ada(app: Flask) -> UUID:
    """Ada's account."""
    with app.app_context():
        user_id = person(email=ADA["email"])
        with step() as session:
            hashed = passwords.hash_password(ADA["password"])
            session.execute(sa.update(User).where(User.id == user_id).values(password_hash=hashed))
    return user_id


def at(app: Flask, network: str) -> FlaskClient:
    """Return a new browser in this network."""
    client = browser(app)
    client.environ_base["REMOTE_ADDR"] = network
    return client


def tried(client: FlaskClient, times: int, path: str = "/account/sign-in", **form: str) -> list[int]:
    """Send a form so often; return the statuses."""
    return [client.post(path, data=form).status_code for _ in range(times)]


def test_guessing_is_slowed_down_for_one_account_in_one_network(app: Flask) -> None:
    stranger = at(app, ELSEWHERE)

    assert tried(stranger, 12, **WRONG) == [422] * 10 + [429] * 2
    assert stranger.post("/account/sign-in", data=ADA).status_code == 429
    assert tried(at(app, HOME), 1, **ADA) == [303]


@pytest.mark.parametrize(
    "typed", [" " * 260 + "ada@shop.example", "ADA@Shop.Example", "\u3000ada@shop.example\t"]
)
def test_one_address_is_one_account_however_it_is_typed(app: Flask, typed: str) -> None:
    stranger = at(app, ELSEWHERE)
    tried(stranger, 10, **WRONG)

    assert tried(stranger, 1, **{**WRONG, "email": typed}) == [429]


def test_guessing_many_accounts_is_slowed_down_by_network(app: Flask) -> None:
    stranger = at(app, "2001:db8:1:2::1")
    statuses = [tried(stranger, 1, **{**WRONG, "email": f"n{n}@shop.example"})[0] for n in range(31)]

    assert statuses == [422] * 30 + [429]
    assert tried(at(app, "2001:db8:1:2:ffff::9"), 1, **ADA) == [429]
    assert tried(at(app, "2001:db8:1:3::1"), 1, **ADA) == [303]


@pytest.mark.parametrize("storage", ["memory", "redis"])
def test_wrong_passwords_at_the_same_moment_pass_no_limit(
    app: Flask, storage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis(tmp_path) if storage == "redis" else nullcontext() as url:
        if url is not None:
            monkeypatch.setattr(limiter, "_limiter", ShareOfProcess(RedisStorage(url)))
        calls = [partial(tried, at(app, ELSEWHERE), 1, **WRONG) for _ in range(24)]
        with app.app_context():
            statuses = Counter(status for (status,) in at_once(app, calls))
        right = tried(at(app, ELSEWHERE), 1, **ADA)

    assert (statuses, right) == ({422: 10, 429: 14}, [429])


def test_what_one_limit_refuses_does_not_count_in_the_others(app: Flask) -> None:
    """Twenty-five refused tries for one account leave the network its other twenty."""
    stranger = at(app, ELSEWHERE)
    assert tried(stranger, 35, **WRONG) == [422] * 10 + [429] * 25

    others = [tried(stranger, 1, **{**WRONG, "email": f"n{n}@shop.example"})[0] for n in range(21)]
    assert others == [422] * 20 + [429]


def test_what_was_right_counts_for_nothing(app: Flask) -> None:
    for _ in range(40):
        member = at(app, HOME)
        assert tried(member, 1, **ADA) == [303]


def test_guessing_from_many_networks_stops_at_the_account_and_never_keeps_its_owner_out(app: Flask) -> None:
    owner = at(app, HOME)
    tried(owner, 1, **ADA)
    owner.post("/account/sign-out")
    statuses = [tried(at(app, f"198.51.100.{n}"), 10, **WRONG) for n in range(10)]
    assert statuses == [[422] * 10] * 10

    assert tried(at(app, "198.51.100.200"), 1, **WRONG) == [429]
    assert tried(owner, 1, **ADA) == [303]


def test_a_browser_that_was_signed_in_has_a_limit_of_its_own(app: Flask) -> None:
    owner = at(app, HOME)
    tried(owner, 1, **ADA)
    owner.post("/account/sign-out")
    stranger = at(app, HOME)
    tried(stranger, 11, **WRONG)

    assert tried(owner, 11, **WRONG) == [422] * 10 + [429]


def test_a_browser_is_known_for_its_own_accounts_only(app: Flask) -> None:
    with app.app_context():
        person(email="eve@shop.example")
        with step() as session:
            hashed = passwords.hash_password(ADA["password"])
            session.execute(
                sa.update(User).where(User.email_key == "eve@shop.example").values(password_hash=hashed)
            )
    eve = at(app, ELSEWHERE)
    tried(eve, 1, **{**ADA, "email": "eve@shop.example"})
    eve.post("/account/sign-out")

    assert tried(eve, 11, **WRONG) == [422] * 10 + [429]


@pytest.mark.parametrize("value", ["", "made-up", "a.b.c"])
def test_a_made_up_device_is_a_stranger(app: Flask, value: str) -> None:
    stranger = at(app, ELSEWHERE)
    stranger.set_cookie("device", value)

    assert tried(stranger, 11, **WRONG) == [422] * 10 + [429]


def test_the_device_cookie_says_nobodys_address_and_no_script_reads_it(app: Flask) -> None:
    client = at(app, HOME)
    assert "device=" not in client.get("/account/sign-in").headers.get("Set-Cookie", "")
    client.post("/account/sign-in", data=WRONG)
    assert client.get_cookie("device") is None
    answer = client.post("/account/sign-in", data=ADA)

    (sent,) = [text for text in answer.headers.getlist("Set-Cookie") if text.startswith("device=")]
    assert "HttpOnly" in sent
    assert "SameSite=Lax" in sent
    assert "Max-Age=31536000" in sent
    assert "ada" not in sent


def test_a_stranger_cannot_keep_a_reset_from_its_owner(app: Flask, sent_emails: list[EmailMessage]) -> None:
    assert tried(at(app, ELSEWHERE), 6, "/account/forgot", email=ADA["email"]) == [200] * 5 + [429]

    assert tried(at(app, HOME), 1, "/account/forgot", email=ADA["email"]) == [200]
    with app.app_context():
        jobs.run_due()
    assert len(sent_emails) == 6


@pytest.mark.parametrize("email", ["ada@shop.example", "ida@shop.example"])
def test_the_page_says_that_no_more_reset_emails_are_sent(
    app: Flask, sent_emails: list[EmailMessage], email: str
) -> None:
    for network in (ELSEWHERE, "198.51.100.10"):
        tried(at(app, network), 5, "/account/forgot", email=email)
    answer = at(app, HOME).post("/account/forgot", data={"email": email})
    with app.app_context():
        jobs.run_due()

    assert answer.status_code == 200
    assert "so we send no more for now." in text_of(answer)
    assert "the newest link still works" in text_of(answer)
    assert len(sent_emails) == (10 if email == ADA["email"] else 0)


def test_a_known_browser_gets_its_reset_all_the_same(app: Flask, sent_emails: list[EmailMessage]) -> None:
    owner = at(app, HOME)
    tried(owner, 1, **ADA)
    owner.post("/account/sign-out")
    for network in (ELSEWHERE, "198.51.100.10"):
        tried(at(app, network), 5, "/account/forgot", email=ADA["email"])

    answer = owner.post("/account/forgot", data={"email": ADA["email"]})
    assert "an e-mail with a link is on its way" in text_of(answer)


def test_no_mailbox_is_flooded_with_registrations(app: Flask, sent_emails: list[EmailMessage]) -> None:
    form = {"email": "ida@shop.example", "full_name": "Eve"}
    for n in range(3):
        tried(at(app, f"198.51.100.{n}"), 5, "/account/register", **form)
    with app.app_context():
        jobs.run_due()

    assert len(sent_emails) == 10
    assert "Follow the link in the newest one." in text_of(at(app, HOME).post("/account/register", data=form))
