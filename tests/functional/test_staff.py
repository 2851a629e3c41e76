"""Owners invite, change, suspend and remove staff; the link of an invitation opens the back office once."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts import queries, services
from kashcraft.accounts.models import Role, StaffInvitation, User
from kashcraft.core import jobs, passwords
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.signing import sign
from tests.conftest import browser
from tests.factories.people import an_invitation, person, signed_in

PASSWORD = "seven carpets fly"
JOINING = {"full_name": "Noor Wani", "password": PASSWORD}


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    return signed_in(app, Role.OWNER)


def with_password(app: Flask, email: str, *roles: Role) -> UUID:
    """Create an account with a password."""
    with app.app_context():
        identity = person(*roles, email=email)
        with step():
            services.rehash_password(user_id=identity, password_hash=passwords.hash_password(PASSWORD))
        return identity


def link_to(app: Flask, email: str, *roles: Role) -> str:
    with app.app_context():
        return f"/account/staff-invitation/{an_invitation(email, *roles)}"


def rights(app: Flask, email: str) -> tuple[str, ...]:
    """Return the roles of an address and its state; empty for no member of staff."""
    with app.app_context():
        found = queries.find_staff_by_email(email)
        return (*found.roles, found.state) if found else ()


def outcome(client: FlaskClient, address: str, **data: object) -> str:
    """Send a form and return the notice of the page that it leads to, or the error beside its fields."""
    answer = client.post(address, data=data)
    if answer.status_code == 422:
        found = re.search(r'class="field__error"[^>]*>([^<]+)', answer.text)
        return found[1] if found else "422"
    page = client.get(answer.headers["Location"]).text
    notice = re.search(r"staff-page__notice.*?<p>([^<]+)</p>", page, re.DOTALL)
    return notice[1] if notice else answer.headers["Location"]


def test_an_invited_person_chooses_a_password_and_is_in_the_back_office(
    app: Flask, owner: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    said = outcome(owner, "/backoffice/staff/invite", email="noor@shop.example", roles=["editor", "support"])
    assert said == "Invitation sent. Its link works once, for seven days."
    with app.app_context():
        jobs.run_due()
    (email,) = sent_emails
    assert (email["To"], email["Subject"]) == (
        "noor@shop.example",
        "Your invitation to the back office of Kashcraft",
    )
    text = email.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Asha Bhat invites you to work in the back office of Kashcraft. Accept here:" in text
    found = re.search(r"http://localhost(/account/staff-invitation/\S+)", text)
    assert found

    visitor = browser(app)
    page = visitor.get(found[1])
    assert page.status_code == 200
    assert "<strong><bdi>noor@shop.example</bdi></strong> is invited" in page.text
    assert "Access: Editor, Support." in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert visitor.post(found[1], data={**JOINING, "password": "noor@shop"}).status_code == 422
    assert rights(app, "noor@shop.example") == ()

    joined = visitor.post(found[1], data=JOINING)
    assert joined.headers["Location"] == "/backoffice/?notice=joined_staff"
    assert "Welcome. The back office is open to you now." in visitor.get(joined.headers["Location"]).text
    assert visitor.get("/backoffice/vouchers").status_code == 200
    assert visitor.get("/backoffice/staff").status_code == 404
    assert rights(app, "noor@shop.example") == ("editor", "support", "active")
    used = browser(app).get(found[1])
    assert (used.status_code, "This invitation was used" in used.text) == (410, True)


def test_an_existing_account_signs_in_to_accept(app: Flask) -> None:
    with_password(app, "asha@shop.example")
    link, visitor = link_to(app, "asha@shop.example", Role.FULFILMENT), browser(app)
    page = visitor.get(link).text
    assert "You have an account with this e-mail address. Sign in to accept." in page
    assert 'name="full_name"' not in page
    assert outcome(visitor, link, password="wrong") == "This is not the password."
    assert rights(app, "asha@shop.example") == ()

    assert visitor.post(link, data={"password": PASSWORD}).status_code == 303
    assert visitor.get("/backoffice/stock").status_code == 200
    assert visitor.post(link, data={"password": PASSWORD}).status_code == 410


def test_a_signed_in_account_accepts_with_a_press_and_gets_a_new_session(app: Flask) -> None:
    identity = with_password(app, "asha@shop.example")
    visitor, elsewhere = signed_in(app, user_id=identity), signed_in(app, user_id=identity)
    link = link_to(app, "asha@shop.example", Role.SUPPORT)
    assert 'name="password"' not in visitor.get(link).text

    with visitor.session_transaction() as session:
        before = session["_user_id"]
    assert visitor.post(link).status_code == 303
    with visitor.session_transaction() as session:
        assert session["_user_id"] != before
    assert visitor.get("/backoffice/orders").status_code == 200
    assert elsewhere.get("/account/").status_code == 303


def test_another_account_that_is_signed_in_cannot_accept(app: Flask) -> None:
    with_password(app, "asha@shop.example")
    other = with_password(app, "other@shop.example")
    link, visitor = link_to(app, "asha@shop.example", Role.OWNER), signed_in(app, user_id=other)
    with visitor.session_transaction() as session:
        others = session["_user_id"]
    assert outcome(visitor, link) == "Please enter your password."
    assert (rights(app, "other@shop.example"), rights(app, "asha@shop.example")) == ((), ())

    visitor.post(link, data={"password": PASSWORD})
    assert rights(app, "other@shop.example") == ()
    assert rights(app, "asha@shop.example") == ("owner", "active")
    with app.app_context():
        assert queries.find_signed_in_user(others) is None


def test_links_that_do_not_work_say_why(app: Flask, owner: FlaskClient, frozen: FrozenClock) -> None:
    links = [link_to(app, f"{name}@shop.example") for name in ("replaced", "withdrawn", "expired")]
    link_to(app, "replaced@shop.example")
    frozen.advance(days=7)
    with app.app_context(), step() as session:
        session.execute(
            sa.update(StaffInvitation)
            .where(StaffInvitation.email == "withdrawn@shop.example")
            .values(withdrawn_at=StaffInvitation.created_at)
        )
    titles = ["There is a newer invitation", "This invitation was withdrawn", "This invitation has expired"]
    for link, title in zip(links, titles, strict=True):
        for answer in (browser(app).get(link), browser(app).post(link, data=JOINING)):
            assert (answer.status_code, f"<h1>{title}</h1>" in answer.text) == (410, True)
    with app.app_context():
        unknown = sign("staff_invitation", [str(UUID(int=7)), 1])
        other = sign("register", [str(UUID(int=7)), 1])
    for token in (unknown, other, "made-up"):
        answer = browser(app).get(f"/account/staff-invitation/{token}")
        assert (answer.status_code, "This link is not valid" in answer.text) == (404, True)
        assert answer.headers["Cache-Control"] == "private, no-store"
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


@pytest.mark.usefixtures("rate_limits")
def test_wrong_passwords_are_limited_by_link(app: Flask) -> None:
    with_password(app, "asha@shop.example")
    link = link_to(app, "asha@shop.example")
    tried = [browser(app).post(link, data={"password": "wrong"}).status_code for _ in range(11)]

    assert tried == [422] * 10 + [429]
    assert browser(app).post(link, data={"password": PASSWORD}).status_code == 429


def test_the_list_names_roles_states_and_open_invitations(app: Flask, owner: FlaskClient) -> None:
    with_password(app, "packer@shop.example", Role.FULFILMENT)
    link_to(app, "new@shop.example", Role.SUPPORT)
    page = owner.get("/backoffice/staff").text
    assert "Fulfillment" in page
    assert "Not in the last 60 days" in page
    assert "Send again to new@shop.example" in page
    assert "packer@shop.example" not in owner.get("/backoffice/staff?tab=suspended").text
    csv = owner.get("/backoffice/staff?format=csv").text.splitlines()
    assert csv[0].lstrip("\ufeff") == "Name,E-mail address,Roles,Last sign-in,Status"
    assert "Asha Bhat,packer@shop.example,Fulfillment,Not in the last 60 days,Active" in csv


def test_the_list_costs_the_same_for_more_people(
    app: Flask, owner: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    owner.get("/backoffice/staff")
    with count_statements() as few:
        owner.get("/backoffice/staff")
    for number in range(5):
        with_password(app, f"p{number}@shop.example", Role.SUPPORT, Role.EDITOR)
        link_to(app, f"new{number}@shop.example")
    with count_statements() as many:
        owner.get("/backoffice/staff")

    assert len(few) == len(many) == 7


def test_roles_change_with_the_next_request(app: Flask, owner: FlaskClient) -> None:
    identity = with_password(app, "asha@shop.example", Role.SUPPORT)
    asha, page = signed_in(app, user_id=identity), f"/backoffice/staff/{identity}"
    assert asha.get("/backoffice/gift-cards").status_code == 200
    assert 'value="support,active"' in owner.get(page).text

    said = outcome(owner, f"{page}/roles", roles=["editor"], seen="support,active")
    assert said == "Roles saved. The person has to sign in again."
    assert asha.get("/backoffice/gift-cards").headers["Location"].startswith("/account/sign-in")
    assert rights(app, "asha@shop.example") == ("editor", "active")
    stale = owner.post(f"{page}/roles", data={"roles": ["fulfilment"], "seen": "support,active"})
    assert stale.status_code == 422
    assert "The access was changed in the meantime. It is now: Editor." in stale.text
    assert 'value="editor,active"' in stale.text
    assert re.search(r'<input checked[^>]*value="fulfilment"', stale.text)
    assert outcome(owner, f"{page}/roles", seen="editor,active") == "Choose at least one role."
    assert rights(app, "asha@shop.example") == ("editor", "active")


def test_a_suspended_person_is_signed_out_and_then_a_customer(app: Flask, owner: FlaskClient) -> None:
    identity = with_password(app, "asha@shop.example", Role.SUPPORT)
    asha, page = signed_in(app, user_id=identity), f"/backoffice/staff/{identity}"
    assert outcome(owner, f"{page}/suspend") == "Suspended. The person is signed out."
    assert asha.get("/backoffice/orders").headers["Location"].startswith("/account/sign-in")

    again = browser(app)
    signing_in = again.post("/account/sign-in", data={"email": "asha@shop.example", "password": PASSWORD})
    assert signing_in.headers["Location"] == "/account/"
    assert again.get("/account/").status_code == 200
    assert again.get("/backoffice/orders").status_code == 404
    assert "Suspended since" in owner.get(page).text
    resumed = outcome(owner, f"{page}/resume")
    assert resumed == "Resumed. The person can sign in to the back office again."
    assert again.get("/account/").status_code == 303
    assert rights(app, "asha@shop.example") == ("support", "active")


def test_the_last_owner_cannot_be_removed_demoted_or_suspended(app: Flask) -> None:
    identity = with_password(app, "asha@shop.example", Role.OWNER)
    owner, page = signed_in(app, user_id=identity), f"/backoffice/staff/{identity}"
    only = "This is the only active owner. Make somebody else an owner first."
    assert "This is your own account." in owner.get(page).text
    assert outcome(owner, f"{page}/suspend") == only
    assert outcome(owner, f"{page}/remove") == only
    assert outcome(owner, f"{page}/roles", roles=["editor"], seen="owner,active") == only
    assert rights(app, "asha@shop.example") == ("owner", "active")

    with_password(app, "other@shop.example", Role.OWNER)
    assert owner.post(f"{page}/remove").headers["Location"] == "/backoffice/staff?notice=staff_removed"
    assert rights(app, "asha@shop.example") == ()
    assert owner.get("/backoffice/staff").status_code == 303


def test_invitations_are_sent_again_and_withdrawn(
    app: Flask, owner: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    first = link_to(app, "new@shop.example")
    with app.app_context():
        identity = queries.list_open_invitations()[0].id
    address = f"/backoffice/staff/invitations/{identity}"
    said = outcome(owner, f"{address}/send")
    assert said == "Invitation sent again. The link of the earlier e-mail no longer works."
    with app.app_context():
        jobs.run_due()
    assert [email["To"] for email in sent_emails] == ["new@shop.example"]
    assert browser(app).get(first).status_code == 410
    assert outcome(owner, f"{address}/withdraw") == "Invitation withdrawn. Its link no longer works."
    closed = "This invitation was accepted or withdrawn in the meantime."
    assert [outcome(owner, f"{address}/{action}") for action in ("send", "withdraw")] == [closed] * 2


def test_invitations_without_effect_are_refused_beside_the_address(app: Flask, owner: FlaskClient) -> None:
    with_password(app, "asha@shop.example", Role.SUPPORT)
    invite = "/backoffice/staff/invite"
    assert outcome(owner, invite, email="asha@shop.example", roles=["support"]) == (
        "This person has these roles already."
    )
    refused = owner.post(invite, data={"email": "new@shop.example"})
    assert (refused.status_code, "Choose at least one role." in refused.text) == (422, True)
    assert 'value="new@shop.example"' in refused.text
    assert owner.post(invite, data={"email": "new@shop.example", "roles": ["pope"]}).status_code == 422
    with app.app_context():
        assert queries.list_open_invitations() == []
