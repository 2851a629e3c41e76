"""Users by session, address and referral code, and their address book."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts import queries, services
from kashcraft.accounts.models import AddressType, Role, SavedAddress, User
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from tests.factories.people import person
from tests.factories.rows import add_row


def session_of(user_id: UUID) -> str:
    with step():
        return services.sign_in(user_id=user_id, user_agent="a test").token


def erase(user_id: UUID) -> None:
    with step():
        db.session.execute(sa.update(User).where(User.id == user_id).values(erased_at=clock.now()))


def test_token_finds_the_user_with_their_roles(database: Flask) -> None:
    identity = person(Role.SUPPORT, Role.EDITOR, email="asha@shop.example")
    token = session_of(identity)

    found = queries.find_signed_in_user(token)

    assert found is not None
    assert (found.id, found.email, found.roles) == (
        identity,
        "asha@shop.example",
        frozenset({Role.SUPPORT, Role.EDITOR}),
    )
    assert (found.is_staff, found.get_id()) == (True, token)


def test_a_customer_has_no_roles(database: Flask) -> None:
    found = queries.find_signed_in_user(session_of(person()))

    assert found is not None
    assert (found.roles, found.is_staff) == (frozenset(), False)


def test_ended_session_finds_no_user(database: Flask, frozen: FrozenClock) -> None:
    ended, expired, open_one = (session_of(person()) for _ in range(3))
    with step():
        assert services.sign_out(token=ended)
    assert queries.find_signed_in_user(ended) is None
    assert queries.find_signed_in_user("made up") is None

    frozen.advance(days=30)
    assert [queries.find_signed_in_user(token) for token in (expired, open_one)] == [None, None]


def test_erased_user_is_not_found(database: Flask) -> None:
    identity = person(email="asha@shop.example")
    token = session_of(identity)
    with step():
        db.session.execute(sa.update(User).values(referral_code="KASHMIR1"))
    erase(identity)

    assert queries.find_signed_in_user(token) is None
    assert queries.find_user_by_email("asha@shop.example") is None
    assert queries.find_user_by_referral_code("KASHMIR1") is None


def test_account_is_found_in_any_spelling_of_its_address(database: Flask) -> None:
    identity = person(email="asha@shop.example")

    for typed in ("asha@shop.example", " Asha@Shop.EXAMPLE "):
        found = queries.find_user_by_email(typed)
        assert found is not None
        assert found.id == identity
    assert queries.find_user_by_email("asha@other.example") is None


def test_customer_has_a_confirmed_account(database: Flask) -> None:
    person(email="asha@shop.example")
    with step():
        add_row("users", email="new@shop.example", email_key="new@shop.example", email_confirmed_at=None)

    assert queries.is_customer("Asha@shop.example")
    assert not queries.is_customer("new@shop.example")
    assert not queries.is_customer("nobody@shop.example")


def test_a_referral_code_is_read_in_any_case(database: Flask) -> None:
    identity = person()
    with step():
        db.session.execute(sa.update(User).values(referral_code="KASHMIR1"))

    found = queries.find_user_by_referral_code(" kashmir1 ")
    assert found is not None
    assert found.id == identity


def test_unknown_id_finds_no_user(database: Flask) -> None:
    assert queries.find_user(new_id()) is None


def test_addresses_come_with_the_default_first_then_the_last_used(
    database: Flask, frozen: FrozenClock
) -> None:
    user_id = person()
    now = clock.now()
    with step():
        for label, more in {
            "long ago": {"last_used_at": now - timedelta(days=9)},
            "default": {"is_default": True, "last_used_at": now - timedelta(days=30)},
            "yesterday": {"last_used_at": now - timedelta(days=1)},
            "billing": {"type": "billing", "last_used_at": now},
        }.items():
            add_row("saved_addresses", user_id=user_id, label=label, **({"type": "shipping"} | more))
        add_row("saved_addresses", type="shipping", label="of somebody else")

    def labels(found: list[SavedAddress]) -> list[str | None]:
        return [address.label for address in found]

    assert labels(list(queries.list_addresses(user_id))) == ["default", "yesterday", "long ago"]
    assert labels(list(queries.list_addresses(user_id, AddressType.BILLING))) == ["billing"]


def test_staff_are_listed_by_name_with_their_last_sign_in(database: Flask, frozen: FrozenClock) -> None:
    asha, owner = person(Role.SUPPORT, Role.EDITOR, email="asha@shop.example"), person(Role.OWNER)
    person()
    session_of(asha)
    frozen.advance(days=1)
    session_of(asha)
    latest = clock.now()
    frozen.advance(days=1)
    erase(person(Role.OWNER))

    found = queries.list_staff()
    assert [(one.id, one.roles, one.last_sign_in) for one in found] == [
        (asha, (Role.EDITOR, Role.SUPPORT), latest),
        (owner, (Role.OWNER,), None),
    ]
    assert queries.find_staff(asha) == queries.find_staff_by_email(" Asha@shop.example") == found[0]
    assert (found[0].version, found[0].display_name) == ("editor,support,active", "Asha Bhat")


def test_customers_and_strangers_are_not_found_as_staff(database: Flask) -> None:
    customer = person(email="ada@shop.example")

    assert queries.find_staff(customer) is None
    assert queries.find_staff_by_email("ada@shop.example") is None
    assert queries.find_staff_by_email("nobody@shop.example") is None
