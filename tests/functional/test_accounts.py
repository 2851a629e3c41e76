"""Opening an account, confirming it, signing in and out, and a new password."""

from __future__ import annotations

import re
import threading
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts import services
from kashcraft.accounts.models import AddressType, LoginSession, User
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from tests.conftest import browser
from tests.support.shopper import text_of

ADA = {"full_name": "Ada King", "email": "Ada@Shop.example", "password": "seven carpets fly"}
CREDENTIALS = {"email": "ada@shop.example", "password": "seven carpets fly"}


def deliver(app: Flask) -> None:
    with app.app_context():
        jobs.run_due()


def link_in(letter: EmailMessage) -> str:
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"http://localhost(/\S+)", text)
    assert found
    return found[1]


@pytest.fixture
def ada(app: Flask, client: FlaskClient, letters: list[EmailMessage]) -> None:
    """Ada has an account and has confirmed it."""
    client.post("/account/register", data=ADA)
    deliver(app)
    client.post(link_in(letters[0]))
    client.post("/account/sign-out")
    letters.clear()


def signed_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def test_a_new_customer_registers_confirms_and_is_signed_in(
    app: Flask, client: FlaskClient, letters: list[EmailMessage]
) -> None:
    answer = client.post("/account/register", data=ADA)
    assert answer.status_code == 200
    assert "Ada@Shop.example" in answer.text
    assert not signed_in(client)
    deliver(app)

    (letter,) = letters
    assert letter["To"] == "Ada@Shop.example"
    link = link_in(letter)
    assert "Confirm and sign in" in client.get(link).text
    assert not signed_in(client)
    confirmed = client.post(link)
    assert confirmed.headers["Location"] == "/account/?notice=confirmed"
    assert "Your e-mail address is confirmed." in client.get("/account/?notice=confirmed").text
    assert "Ada King" in client.get("/account/").text


def test_a_confirming_link_signs_in_once(
    app: Flask, client: FlaskClient, letters: list[EmailMessage]
) -> None:
    client.post("/account/register", data=ADA)
    deliver(app)
    link = link_in(letters[0])
    client.post(link)
    thief = browser(app)

    again = thief.post(link)
    assert again.headers["Location"] == "/account/sign-in?notice=already_confirmed"
    assert not signed_in(thief)


def test_a_confirming_link_does_nothing_after_a_new_password_has_confirmed_the_address(
    app: Flask, client: FlaskClient, letters: list[EmailMessage]
) -> None:
    client.post("/account/register", data=ADA)
    client.post("/account/forgot", data={"email": ADA["email"]})
    deliver(app)
    confirm, reset = link_in(letters[0]), link_in(letters[1])
    client.post(reset, data={"password": "eleven boats row", "again": "eleven boats row"})

    client.post(confirm)
    assert not signed_in(client)


def test_looking_at_a_confirming_link_confirms_nothing(
    app: Flask, client: FlaskClient, letters: list[EmailMessage]
) -> None:
    client.post("/account/register", data=ADA)
    deliver(app)
    link = link_in(letters[0])

    for answer in (client.get(link), client.head(link)):
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
    with app.app_context():
        assert db.session.scalars(sa.select(User.email_confirmed_at)).one() is None


def test_a_confirming_link_of_an_account_that_is_gone_opens_nothing(
    app: Flask, client: FlaskClient, letters: list[EmailMessage]
) -> None:
    client.post("/account/register", data=ADA)
    deliver(app)
    with app.app_context(), step() as session:
        session.execute(sa.update(User).values(email_key="else@shop.example"))

    answer = client.post(link_in(letters[0]))
    assert answer.status_code == 404
    assert "This link is outdated" in answer.text


def test_two_requests_at_once_open_one_account(app: Flask, letters: list[EmailMessage]) -> None:
    begin = threading.Barrier(4)

    def register() -> None:
        begin.wait()
        statuses.append(browser(app).post("/account/register", data=ADA).status_code)

    statuses: list[int] = []
    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver(app)

    assert statuses == [200] * 4
    assert sorted(letter["Subject"] for letter in letters) == [
        "Confirm your address at Kashcraft",
        "You already have an account at Kashcraft",
    ]


def test_an_address_in_another_script_is_one_account_however_it_is_written(
    app: Flask, client: FlaskClient, letters: list[EmailMessage]
) -> None:
    client.post("/account/register", data={**ADA, "email": "ada@bücher.example"})
    deliver(app)
    client.post(link_in(letters[0]))
    client.post("/account/sign-out")

    assert letters[0]["To"] == "ada@xn--bcher-kva.example"
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


def test_registering_a_known_address_answers_alike_and_tells_its_owner(
    app: Flask, client: FlaskClient, ada: None, letters: list[EmailMessage]
) -> None:
    first = client.post("/account/register", data={**ADA, "email": "new@shop.example"}).text
    again = client.post("/account/register", data={**ADA, "email": "ADA@shop.example"}).text
    deliver(app)

    assert again.replace("ADA@shop.example", "new@shop.example") == first
    assert [(letter["To"], letter["Subject"]) for letter in letters] == [
        ("new@shop.example", "Confirm your address at Kashcraft"),
        ("Ada@Shop.example", "You already have an account at Kashcraft"),
    ]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"full_name": ""}, "Please enter your name."),
        ({"email": "ädä@shop.example"}, "This does not look like an e-mail address."),
        ({"full_name": "Ada\x07"}, "Please remove special characters."),
        ({"email": "ada"}, "This does not look like an e-mail address."),
        ({"email": ""}, "Please enter your e-mail address."),
        ({"password": "short"}, "Between 10 and 200 characters."),
    ],
)
def test_bad_input_is_named_beside_its_field_and_kept(
    app: Flask, client: FlaskClient, change: dict[str, str], message: str
) -> None:
    answer = client.post("/account/register", data={**ADA, **change})

    assert answer.status_code == 422
    assert message in answer.text
    assert ADA["password"] not in answer.text
    if "full_name" not in change:
        assert 'value="Ada King"' in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


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
    kept = client.get_cookie("session")
    assert kept is not None
    client.post("/account/sign-out")
    thief = browser(app)
    thief.set_cookie("session", kept.value)

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
    assert "This address and password do not belong together." in answer.text
    assert not signed_in(client)


def test_who_has_not_confirmed_yet_gets_the_letter_again(
    app: Flask, client: FlaskClient, letters: list[EmailMessage], frozen: FrozenClock
) -> None:
    client.post("/account/register", data=ADA)
    frozen.advance(hours=1)
    answer = client.post("/account/sign-in", data=CREDENTIALS)
    deliver(app)

    assert "is not confirmed yet" in answer.text
    assert not signed_in(client)
    assert [letter["Subject"] for letter in letters] == ["Confirm your address at Kashcraft"] * 2


def test_a_page_of_the_account_asks_to_sign_in_and_leads_back(client: FlaskClient, ada: None) -> None:
    answer = client.get("/account/?tab=1")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/account/sign-in?next=/account/?tab%3D1&notice=sign_in_first"

    back = client.post("/account/sign-in", data={**CREDENTIALS, "next": "/account/?tab=1"})
    assert back.headers["Location"] == "/account/?tab=1"


def test_signing_in_leads_to_no_other_site(client: FlaskClient, ada: None) -> None:
    answer = client.post("/account/sign-in", data={**CREDENTIALS, "next": "//evil.example"})

    assert answer.headers["Location"] == "/account/"


def test_a_forgotten_password_is_replaced_and_every_browser_signed_out(
    app: Flask, client: FlaskClient, ada: None, letters: list[EmailMessage]
) -> None:
    other = browser(app)
    other.post("/account/sign-in", data=CREDENTIALS)
    client.post("/account/forgot", data={"email": "ADA@shop.example"})
    deliver(app)
    link = link_in(letters[0])

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
    app: Flask, client: FlaskClient, ada: None, letters: list[EmailMessage]
) -> None:
    client.post("/account/forgot", data={"email": "ada@shop.example"})
    deliver(app)
    link = link_in(letters[0])
    client.post(link, data={"password": "eleven boats row", "again": "eleven boats row"})

    answer = client.post(link, data={"password": "a thief's choice", "again": "a thief's choice"})
    assert answer.status_code == 404
    assert "This link is outdated" in answer.text
    assert (
        client.post("/account/sign-in", data={**CREDENTIALS, "password": "eleven boats row"}).status_code
        == 303
    )


def test_forgetting_an_unknown_address_answers_alike(app: Flask, client: FlaskClient, ada: None) -> None:
    known = client.post("/account/forgot", data={"email": "ada@shop.example"}).text
    unknown = client.post("/account/forgot", data={"email": "ida@shop.example"}).text

    assert unknown.replace("ida@", "ada@") == known


@pytest.mark.parametrize("path", ["/account/confirm/x", "/account/reset/x.y.z"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_made_up_links_open_nothing(client: FlaskClient, path: str, method: str) -> None:
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

    assert "Emmy Noether Hauptstraße 1 10115 Berlin Germany Used first" in page


def test_guessing_passwords_is_slowed_down(client: FlaskClient, ada: None, rate_limits: None) -> None:
    wrong = {**CREDENTIALS, "password": "wrong carpets fly"}
    statuses = [client.post("/account/sign-in", data=wrong).status_code for _ in range(11)]

    assert statuses == [422] * 10 + [429]


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
