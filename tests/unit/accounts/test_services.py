"""Services of accounts: registration, sessions, new passwords and the address book."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts import services
from kashcraft.accounts.models import AddressType, LoginSession, Role, SavedAddress, User, UserRole
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id, token_hash
from kashcraft.notifications.models import Message
from tests.factories.people import person
from tests.factories.rows import add_row

LARCH_LANE = {
    "full_name": "Ada King", "street_address": "12 Larch Lane", "city": "Portland", "state": "OR",
    "postal_code": "97201", "country": "US",
}  # fmt: skip


def register(email: str = "ada@shop.example", **more: Any) -> UUID:
    values = {"password_hash": "hash", "full_name": "Ada King"} | more
    with step():
        return services.register(email=email, **values).id


def user(user_id: UUID) -> User:
    db.session.rollback()
    return db.session.get_one(User, user_id, populate_existing=True)


def messages() -> Sequence[tuple[str, str]]:
    rows = db.session.execute(sa.select(Message.template, Message.recipient).order_by(Message.created_at))
    return [tuple(row) for row in rows]


def save(
    user_id: UUID, *, is_default: bool = False, kind: AddressType = AddressType.SHIPPING, **more: str
) -> UUID:
    with step():
        saved = services.save_address(
            user_id=user_id, kind=kind, address=LARCH_LANE | more, is_default=is_default
        )
        db.session.flush()  # the id is asked for
        return saved.id


def saved_addresses(user_id: UUID) -> list[tuple[str, bool]]:
    rows = sa.select(SavedAddress.street_address, SavedAddress.is_default)
    mine = rows.where(SavedAddress.user_id == user_id).order_by(SavedAddress.street_address)
    return [tuple(row) for row in db.session.execute(mine)]


def test_account_is_created_confirmed_with_the_comparable_address(
    database: Flask, frozen: FrozenClock
) -> None:
    opened = user(register(" Ada@Shop.example ", locale="de_DE"))

    assert (opened.email, opened.email_key, opened.locale) == (
        "Ada@Shop.example",
        "ada@shop.example",
        "de_DE",
    )
    assert opened.email_confirmed_at == frozen.moment


def test_unconfirmed_account_is_taken_over_by_the_owner_of_the_address(database: Flask) -> None:
    with step():
        planted = add_row(
            "users", email="ada@shop.example", email_key="ada@shop.example", email_confirmed_at=None,
            password_hash="planted", full_name="Not Ada", secret_version=3,
        )  # fmt: skip

    assert register() == planted
    theirs = user(planted)
    assert (theirs.password_hash, theirs.full_name, theirs.secret_version) == ("hash", "Ada King", 4)


def test_confirmed_account_is_not_created_again(database: Flask) -> None:
    first = register()

    with pytest.raises(services.AlreadyRegistered, match="already_registered"):
        register("ADA@shop.example", password_hash="another")
    assert user(first).password_hash == "hash"


def test_registration_sends_a_link_or_a_note_to_the_owner(database: Flask) -> None:
    register()
    with step():
        for email, occasion in (
            ("new@shop.example", "1"),
            ("ada@shop.example", "2"),
            ("new@shop.example", "1"),
        ):
            services.send_registration_email(
                email=email, full_name="Somebody", referred_by_code=None, onward=None, occasion=occasion
            )

    assert ("confirm_email", "new@shop.example") in messages()
    assert ("account_exists", "ada@shop.example") in messages()
    assert [template for template, _ in messages()].count("confirm_email") == 1


def test_a_session_is_stored_as_a_hash_and_ends_once(database: Flask, frozen: FrozenClock) -> None:
    identity = person()
    with step():
        token = services.sign_in(user_id=identity, user_agent="x" * 500).token
    row = db.session.scalars(sa.select(LoginSession)).one()

    assert (row.token_hash, len(row.user_agent)) == (token_hash(token), 200)
    assert (row.expires_at - frozen.moment).days == 30
    with step():
        assert [services.sign_out(token=token), services.sign_out(token=token)] == [True, False]
        assert not services.sign_out(token="made up")


def test_sessions_are_deleted_in_batches_thirty_days_after_they_expire(
    database: Flask, frozen: FrozenClock
) -> None:
    identity = person()
    for _ in range(3):
        with step():
            services.sign_in(user_id=identity, user_agent="a test")
    frozen.advance(days=60)
    with step():
        assert services.purge_sessions(limit=2) == 0

    frozen.advance(seconds=1)
    for gone in (2, 1, 0):
        with step():
            assert services.purge_sessions(limit=2) == gone


def test_new_password_invalidates_the_link_and_ends_every_session(
    database: Flask, frozen: FrozenClock
) -> None:
    identity = person()
    with step():
        token = services.sign_in(user_id=identity, user_agent="a test").token
    with step():
        services.set_password(user_id=identity, version=1, password_hash="new")

    assert (user(identity).password_hash, user(identity).secret_version) == ("new", 2)
    with step():
        assert not services.sign_out(token=token)
    with pytest.raises(NotFound, match="link_outdated"), step():
        services.set_password(user_id=identity, version=1, password_hash="newer")
    assert user(identity).password_hash == "new"


def test_reset_link_confirms_the_address_and_keeps_an_earlier_date(
    database: Flask, frozen: FrozenClock
) -> None:
    with step():
        waiting = add_row("users", email_key="a@shop.example", email_confirmed_at=None, secret_version=1)
    first = frozen.moment
    with step():
        services.set_password(user_id=waiting, version=1, password_hash="new")
    assert user(waiting).email_confirmed_at == first

    frozen.advance(days=1)
    with step():
        services.set_password(user_id=waiting, version=2, password_hash="newer")
    assert user(waiting).email_confirmed_at == first


def test_password_reset_email_is_sent_once_to_existing_accounts(database: Flask) -> None:
    register()
    for _ in range(2):
        with step():
            services.send_password_reset_email(email="ADA@shop.example", occasion="1")
            services.send_password_reset_email(email="nobody@shop.example", occasion="2")

    assert [found for found in messages() if found[0] == "password_reset"] == [
        ("password_reset", "ada@shop.example")
    ]


def test_referral_code_is_created_once(database: Flask) -> None:
    identity = person()
    codes = []
    for _ in range(2):
        with step():
            services.give_referral_code(user_id=identity)
        codes.append(user(identity).referral_code)

    assert codes[0] == codes[1]
    assert codes[0] is not None
    assert len(codes[0]) == services.REFERRAL_LENGTH


def test_a_role_is_granted_once(database: Flask) -> None:
    identity = person()
    for _ in range(2):
        with step():
            services.grant_role(user_id=identity, role=Role.SUPPORT)

    assert db.session.scalars(sa.select(UserRole.role)).all() == [Role.SUPPORT]


def test_same_address_is_stored_once(database: Flask) -> None:
    user_id = person()

    first = save(user_id)
    assert save(user_id) == first
    assert save(user_id, street_address="9 Elm Road") != first
    assert saved_addresses(user_id) == [("12 Larch Lane", False), ("9 Elm Road", False)]


def test_a_new_default_replaces_the_one_of_its_type(database: Flask) -> None:
    user_id = person()
    save(user_id, is_default=True)
    save(user_id, is_default=True, kind=AddressType.BILLING, street_address="1 Oak Street")
    save(user_id, is_default=True, street_address="9 Elm Road")

    assert saved_addresses(user_id) == [
        ("1 Oak Street", True),
        ("12 Larch Lane", False),
        ("9 Elm Road", True),
    ]


def test_saved_address_becomes_the_default_and_remains_it(database: Flask) -> None:
    user_id = person()
    save(user_id)
    save(user_id, is_default=True)
    assert saved_addresses(user_id) == [("12 Larch Lane", True)]

    save(user_id)
    assert saved_addresses(user_id) == [("12 Larch Lane", True)]


def test_an_address_without_a_street_is_refused_beside_its_field(database: Flask) -> None:
    with pytest.raises(DomainError, match="address_incomplete") as refusal:
        save(person(), street_address="")
    assert refusal.value.field == "street_address"


def test_reset_of_a_missing_account_is_refused(database: Flask) -> None:
    with pytest.raises(NotFound, match="link_outdated"), step():
        services.set_password(user_id=new_id(), version=1, password_hash="new")
