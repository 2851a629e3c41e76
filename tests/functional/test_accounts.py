"""Registration, confirmation, sign-in and sign-out, and new passwords."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts import services
from kashcraft.accounts.models import AddressType, LoginSession, Role, User
from kashcraft.core import jobs, passwords
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.orders.models import Order
from tests.conftest import browser
from tests.factories.orders import place, stocked
from tests.support.shopper import text_of

ADA = {"full_name": "Ada King", "email": "Ada@Shop.example"}
CHOSEN = {"full_name": "Ada King", "password": "seven carpets fly"}
CREDENTIALS = {"email": "ada@shop.example", "password": "seven carpets fly"}


def deliver(app: Flask) -> None:
    with app.app_context():
        jobs.run_due()


def link_in(email_message: EmailMessage) -> str:
    text = email_message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"http://localhost(/\S+)", text)
    assert found
    return found[1]


@pytest.fixture
def ada(app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]) -> None:
    """Ada has an account, which she last used in another browser."""
    elsewhere = browser(app)
    elsewhere.post("/account/register", data=ADA)
    deliver(app)
    elsewhere.post(link_in(sent_emails[0]), data=CHOSEN)
    elsewhere.post("/account/sign-out")
    sent_emails.clear()


def signed_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def test_a_new_customer_registers_chooses_a_password_and_is_signed_in(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    answer = client.post("/account/register", data=ADA)
    assert answer.status_code == 200
    assert "Ada@Shop.example" in answer.text
    assert not signed_in(client)
    deliver(app)

    (email_message,) = sent_emails
    assert (email_message["To"], email_message["Subject"]) == (
        "Ada@Shop.example", "Finish creating your account at Kashcraft",
    )  # fmt: skip
    link = link_in(email_message)
    page = client.get(link)
    assert 'value="Ada King"' in page.text
    assert "Ada@Shop.example" in page.text
    chosen = client.post(link, data=CHOSEN)
    assert chosen.headers["Location"] == "/account/?notice=confirmed"
    assert "Your account is ready." in client.get("/account/?notice=confirmed").text
    assert "Ada King" in client.get("/account/").text


def test_password_cannot_be_set_for_the_account_of_another_person(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    stranger = browser(app)
    planted = {**ADA, "full_name": "Eve", "password": "the stranger's own choice"}
    stranger.post("/account/register", data=planted)
    deliver(app)
    client.post(link_in(sent_emails[0]), data=CHOSEN)

    assert signed_in(client)
    assert "Eve" not in client.get("/account/").text
    tried = {"email": ADA["email"], "password": planted["password"]}
    assert stranger.post("/account/sign-in", data=tried).status_code == 422
    assert browser(app).post("/account/sign-in", data=CREDENTIALS).status_code == 303


def test_unconfirmed_account_is_taken_over_by_its_owner(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    with app.app_context(), step() as session:
        planted = passwords.hash_password("the stranger's own choice")
        session.add(
            User(
                email="ADA@shop.example", email_key="ada@shop.example", password_hash=planted, full_name="Eve"
            )
        )
    client.post("/account/register", data=ADA)
    deliver(app)
    client.post(link_in(sent_emails[0]), data=CHOSEN)

    assert signed_in(client)
    with app.app_context():
        user = db.session.scalars(sa.select(User)).one()
        assert (user.full_name, user.is_confirmed, user.secret_version) == ("Ada King", True, 2)
        assert passwords.matches(user.password_hash, CHOSEN["password"])


def test_nothing_is_stored_before_the_link_is_followed(app: Flask, client: FlaskClient) -> None:
    client.post("/account/register", data=ADA)
    deliver(app)

    with app.app_context():
        assert db.session.scalars(sa.select(User)).all() == []
    assert client.post("/account/sign-in", data=CREDENTIALS).status_code == 422


def test_a_link_opens_an_account_once(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    client.post("/account/register", data=ADA)
    deliver(app)
    link = link_in(sent_emails[0])
    client.post(link, data=CHOSEN)
    thief = browser(app)

    for again in (thief.get(link), thief.post(link, data={**CHOSEN, "password": "the thief's own choice"})):
        assert again.headers["Location"] == "/account/sign-in?notice=already_confirmed"
    assert not signed_in(thief)
    assert browser(app).post("/account/sign-in", data=CREDENTIALS).status_code == 303


def test_confirmation_link_expires_after_three_days(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/account/register", data=ADA)
    deliver(app)
    later = time.time() + 3 * 24 * 3600 + 2
    monkeypatch.setattr(time, "time", lambda: later)

    answer = client.post(link_in(sent_emails[0]), data=CHOSEN)
    assert answer.status_code == 404
    assert "This link is outdated" in answer.text


def test_opening_the_link_creates_no_account(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    client.post("/account/register", data=ADA)
    deliver(app)
    link = link_in(sent_emails[0])

    for answer in (client.get(link), client.head(link)):
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
    with app.app_context():
        assert db.session.scalars(sa.select(User)).all() == []


@pytest.mark.parametrize(
    ("onward", "leads_to"),
    [("/checkout", "/checkout?notice=confirmed"), ("//evil.example", "/account/?notice=confirmed")],
)
def test_registration_returns_to_the_original_page(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage], onward: str, leads_to: str
) -> None:
    assert 'href="/account/register?next=/checkout"' in client.get("/account/sign-in?next=/checkout").text
    assert (
        'name="next" type="hidden" value="/checkout"' in client.get("/account/register?next=/checkout").text
    )
    client.post("/account/register", data={**ADA, "next": onward})
    deliver(app)

    assert client.post(link_in(sent_emails[0]), data=CHOSEN).headers["Location"] == leads_to


def test_orders_of_a_guest_join_the_account_when_the_address_is_proven(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    with app.app_context():
        theirs = place((stocked(2), 1), email="ada@shop.example").number
        others = place((stocked(2), 1), email="eve@shop.example").number
    client.post("/account/register", data=ADA)
    deliver(app)
    with app.app_context():
        assert owners() == {theirs: None, others: None}
    client.post(link_in(sent_emails[0]), data=CHOSEN)

    with app.app_context():
        ada = db.session.scalars(sa.select(User.id)).one()
        assert owners() == {theirs: ada, others: None}
    assert theirs in client.get("/account/orders").text
    assert client.get(f"/orders/{theirs}").status_code == 200


def test_a_new_password_proves_the_address_and_brings_later_orders_along(
    app: Flask, client: FlaskClient, ada: None, sent_emails: list[EmailMessage]
) -> None:
    with app.app_context():
        theirs = place((stocked(2), 1), email="ADA@shop.example").number
    client.post("/account/forgot", data={"email": ADA["email"]})
    deliver(app)
    client.post(link_in(sent_emails[0]), data={"password": "eleven boats row", "again": "eleven boats row"})

    with app.app_context():
        assert owners() == {theirs: db.session.scalars(sa.select(User.id)).one()}


def owners() -> dict[str, UUID | None]:
    """Return whose each order is."""
    return dict(db.session.execute(sa.select(Order.number, Order.user_id)).all())


def test_two_requests_at_once_open_one_account(app: Flask, sent_emails: list[EmailMessage]) -> None:
    browser(app).post("/account/register", data=ADA)
    deliver(app)
    link, begin = link_in(sent_emails[0]), threading.Barrier(4)

    def choose() -> None:
        begin.wait()
        targets.append(browser(app).post(link, data=CHOSEN).headers["Location"])

    targets: list[str] = []
    threads = [threading.Thread(target=choose) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    known = "/account/sign-in?notice=already_confirmed"
    assert sorted(targets) == ["/account/?notice=confirmed", known, known, known]


def test_an_address_in_another_script_is_one_account_however_it_is_written(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    client.post("/account/register", data={**ADA, "email": "ada@bücher.example"})
    deliver(app)
    client.post(link_in(sent_emails[0]), data=CHOSEN)
    client.post("/account/sign-out")

    assert sent_emails[0]["To"] == "ada@xn--bcher-kva.example"
    client.post("/account/sign-in", data={**CREDENTIALS, "email": "Ada@xn--bcher-kva.example"})
    assert signed_in(client)


def test_signing_in_gives_the_browser_a_session_that_nobody_chose_before(
    app: Flask, client: FlaskClient, ada: None
) -> None:
    client.post("/account/sign-in", data=CREDENTIALS)
    chosen = client.get_cookie("session")
    assert chosen is not None
    client.post("/account/sign-out")
    client.set_cookie("session", chosen.value)
    client.post("/account/sign-in", data=CREDENTIALS)
    fresh = client.get_cookie("session")

    assert fresh is not None
    assert fresh.value != chosen.value
    victim = browser(app)
    victim.set_cookie("session", chosen.value)
    assert not signed_in(victim)


def test_the_password_is_stored_as_an_argon2_hash_only(app: Flask, ada: None) -> None:
    with app.app_context():
        stored = db.session.scalars(sa.select(User.password_hash)).one()

    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_registration_of_a_known_address_has_the_same_response_and_notifies_the_owner(
    app: Flask, client: FlaskClient, ada: None, sent_emails: list[EmailMessage]
) -> None:
    first = client.post("/account/register", data={**ADA, "email": "new@shop.example"}).text
    again = client.post("/account/register", data={**ADA, "email": "ADA@shop.example"}).text
    deliver(app)

    assert again.replace("ADA@shop.example", "new@shop.example") == first
    assert [(email_message["To"], email_message["Subject"]) for email_message in sent_emails] == [
        ("new@shop.example", "Finish creating your account at Kashcraft"),
        ("Ada@Shop.example", "You already have an account at Kashcraft"),
    ]


@pytest.mark.parametrize("path", ["/account/register", "/account/forgot"])
def test_a_known_address_costs_the_same_work_as_an_unknown_one(
    client: FlaskClient, ada: None, count_statements: Callable[[], Any], path: str
) -> None:
    with count_statements() as known:
        client.post(path, data=ADA)
    with count_statements() as unknown:
        client.post(path, data={**ADA, "email": "ida@shop.example"})

    assert known.texts == unknown.texts
    assert [text.split()[2] for text in known.writes] == ["outbox"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"full_name": ""}, "Please enter your name."),
        ({"email": "ädä@shop.example"}, "This does not look like an e-mail address."),
        ({"full_name": "Ada\x07"}, "Please remove special characters."),
        ({"email": "ada"}, "This does not look like an e-mail address."),
        ({"email": ""}, "Please enter your e-mail address."),
    ],
)
def test_invalid_input_has_an_error_and_stays_in_the_form(
    app: Flask, client: FlaskClient, change: dict[str, str], message: str
) -> None:
    answer = client.post("/account/register", data={**ADA, **change})

    assert answer.status_code == 422
    assert message in answer.text
    if "full_name" not in change:
        assert 'value="Ada King"' in answer.text
    with app.app_context():
        assert jobs.run_due() == 0


GUESSED = "This password is easy to guess."


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short", "Between 10 and 200 characters."),
        ("password1234", GUESSED),
        ("Kashcraft-2026", GUESSED),
        ("ada@shop.example", GUESSED),
        ("adaking1990", GUESSED),
    ],
)
def test_a_password_that_is_tried_first_is_refused_beside_its_field(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage], password: str, message: str
) -> None:
    client.post("/account/register", data=ADA)
    deliver(app)
    answer = client.post(link_in(sent_emails[0]), data={**CHOSEN, "password": password})

    assert answer.status_code == 422
    assert message in answer.text
    assert 'aria-describedby="password-hint password-error"' in answer.text
    assert 'value="Ada King"' in answer.text
    assert f'value="{password}"' not in answer.text
    with app.app_context():
        assert db.session.scalars(sa.select(User)).all() == []


def test_a_new_password_is_not_a_guessable_one_either(
    app: Flask, client: FlaskClient, ada: None, sent_emails: list[EmailMessage]
) -> None:
    client.post("/account/forgot", data={"email": "ada@shop.example"})
    deliver(app)

    answer = client.post(
        link_in(sent_emails[0]), data={"password": "Ada King 1990", "again": "Ada King 1990"}
    )
    assert (answer.status_code, GUESSED in answer.text) == (422, True)


def test_signing_in_and_out(client: FlaskClient, ada: None) -> None:
    answer = client.post("/account/sign-in", data=CREDENTIALS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert signed_in(client)

    client.post("/account/sign-out")
    assert not signed_in(client)


def test_an_ended_session_does_not_come_back_with_its_cookie(
    app: Flask, client: FlaskClient, ada: None
) -> None:
    client.post("/account/sign-in", data=CREDENTIALS)
    old_cookie = client.get_cookie("session")
    assert old_cookie is not None
    client.post("/account/sign-out")
    thief = browser(app)
    thief.set_cookie("session", old_cookie.value)

    assert not signed_in(thief)


def test_a_session_ends_after_thirty_days(client: FlaskClient, ada: None, frozen: FrozenClock) -> None:
    client.post("/account/sign-in", data=CREDENTIALS)
    frozen.advance(days=29, hours=23)
    assert signed_in(client)

    frozen.advance(hours=1)
    assert not signed_in(client)


@pytest.mark.parametrize(
    "credentials",
    [{**CREDENTIALS, "password": "wrong carpets fly"}, {**CREDENTIALS, "email": "nobody@shop.example"}],
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: FlaskClient, ada: None, credentials: dict[str, str]
) -> None:
    answer = client.post("/account/sign-in", data=credentials)

    assert answer.status_code == 422
    assert "E-mail or password is wrong." in answer.text
    assert not signed_in(client)


def test_a_page_of_the_account_asks_to_sign_in_and_leads_back(client: FlaskClient, ada: None) -> None:
    answer = client.get("/account/?tab=1")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/account/sign-in?next=/account/?tab%3D1&notice=sign_in_first"

    back = client.post("/account/sign-in", data={**CREDENTIALS, "next": "/account/?tab=1"})
    assert back.headers["Location"] == "/account/?tab=1"


def test_staff_land_in_the_back_office_unless_they_wanted_a_page(
    app: Flask, client: FlaskClient, ada: None
) -> None:
    with app.app_context(), step() as session:
        services.grant_role(user_id=session.scalars(sa.select(User.id)).one(), role=Role.EDITOR)

    wanted = client.post("/account/sign-in", data={**CREDENTIALS, "next": "/account/"})
    landed = browser(app).post("/account/sign-in", data=CREDENTIALS)

    assert wanted.headers["Location"] == "/account/"
    assert landed.headers["Location"] == "/backoffice/"
    assert client.get("/account/sign-in").headers["Location"] == "/backoffice/"


def test_signing_in_leads_to_no_other_site(client: FlaskClient, ada: None) -> None:
    answer = client.post("/account/sign-in", data={**CREDENTIALS, "next": "//evil.example"})

    assert answer.headers["Location"] == "/account/"


def test_a_forgotten_password_is_replaced_and_every_browser_signed_out(
    app: Flask, client: FlaskClient, ada: None, sent_emails: list[EmailMessage]
) -> None:
    other = browser(app)
    other.post("/account/sign-in", data=CREDENTIALS)
    client.post("/account/forgot", data={"email": "ADA@shop.example"})
    deliver(app)
    link = link_in(sent_emails[0])

    differs = client.post(link, data={"password": "eleven boats row", "again": "twelve boats row"})
    assert differs.status_code == 422
    assert "The two passwords differ." in differs.text
    answer = client.post(link, data={"password": "eleven boats row", "again": "eleven boats row"})
    assert answer.headers["Location"] == "/account/sign-in?notice=password_set"
    assert not signed_in(other)
    assert client.post("/account/sign-in", data=CREDENTIALS).status_code == 422
    assert (
        client.post("/account/sign-in", data={**CREDENTIALS, "password": "eleven boats row"}).status_code
        == 303
    )


def test_a_reset_link_works_once(
    app: Flask, client: FlaskClient, ada: None, sent_emails: list[EmailMessage]
) -> None:
    client.post("/account/forgot", data={"email": "ada@shop.example"})
    deliver(app)
    link = link_in(sent_emails[0])
    client.post(link, data={"password": "eleven boats row", "again": "eleven boats row"})

    answer = client.post(link, data={"password": "a thief's choice", "again": "a thief's choice"})
    assert answer.status_code == 404
    assert "This link is outdated" in answer.text
    assert (
        client.post("/account/sign-in", data={**CREDENTIALS, "password": "eleven boats row"}).status_code
        == 303
    )


def test_every_request_that_is_answered_with_an_e_mail_sends_one(
    app: Flask, client: FlaskClient, ada: None, sent_emails: list[EmailMessage], frozen: FrozenClock
) -> None:
    for _ in range(2):
        assert "an e-mail with a link is on its way" in client.post("/account/forgot", data=ADA).text
    deliver(app)
    first, second = sent_emails

    for link in (link_in(second), link_in(first)):
        assert client.get(link).status_code == 200


def test_reset_of_an_unknown_address_has_the_same_response(
    app: Flask, client: FlaskClient, ada: None
) -> None:
    known = client.post("/account/forgot", data={"email": "ada@shop.example"}).text
    unknown = client.post("/account/forgot", data={"email": "ida@shop.example"}).text

    assert unknown.replace("ida@", "ada@") == known


@pytest.mark.parametrize("path", ["/account/confirm/x", "/account/reset/x.y.z"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_links_are_refused(client: FlaskClient, path: str, method: str) -> None:
    answer = getattr(client, method)(path)

    assert answer.status_code == 404
    assert "This link is outdated" in answer.text


def test_saved_addresses_are_written_as_their_country_does(
    app: Flask, client: FlaskClient, ada: None
) -> None:
    saved = {"full_name": "Emmy Noether", "street_address": "Hauptstraße 1", "city": "Berlin"}
    saved |= {"postal_code": "10115", "country": "DE"}
    with app.app_context(), step() as session:
        user = session.scalars(sa.select(User)).one()
        services.save_address(user_id=user.id, kind=AddressType.SHIPPING, address=saved, is_default=True)
    client.post("/account/sign-in", data=CREDENTIALS)

    page = text_of(client.get("/account/"))

    assert "Emmy Noether Hauptstraße 1 10115 Berlin Germany Default" in page


def test_signing_in_keeps_only_a_hash_of_the_session(app: Flask, client: FlaskClient, ada: None) -> None:
    client.post("/account/sign-in", data=CREDENTIALS)

    with app.app_context():
        hashes = db.session.scalars(sa.select(LoginSession.token_hash)).all()
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert all(len(stored) == 64 and stored not in cookie.value for stored in hashes)


def test_reading_account_pages_sets_no_cookie(client: FlaskClient) -> None:
    for path in ("/account/sign-in", "/account/register", "/account/forgot"):
        assert "Set-Cookie" not in client.get(path).headers
