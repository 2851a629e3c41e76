"""Roles, suspension and removal of staff: who loses which rights, and that an owner remains."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts import queries, services
from kashcraft.accounts.models import Role
from kashcraft.audit.models import AuditEntry
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from tests.factories.people import an_invitation, person


def session_of(user_id: UUID) -> str:
    with step():
        return services.sign_in(user_id=user_id, user_agent="a test").token


def rights(user_id: UUID) -> tuple[set[Role], str] | None:
    found = queries.find_staff(user_id)
    return (set(found.roles), found.state) if found else None


def entries() -> list[Any]:
    """Return what was recorded about members of staff, oldest first."""
    rows = sa.select(AuditEntry.action, AuditEntry.title, AuditEntry.before, AuditEntry.after)
    found = db.session.execute(rows.where(AuditEntry.subject == "staff").order_by(AuditEntry.id))
    return [tuple(row) for row in found]


def refused(code: str, call: Any, **arguments: Any) -> None:
    with pytest.raises(DomainError, match=code), step():
        call(**arguments)


def test_roles_are_replaced_and_sessions_end(database: Flask) -> None:
    person(Role.OWNER)
    asha = person(Role.SUPPORT, Role.EDITOR)
    token = session_of(asha)
    with step():
        services.change_roles(user_id=asha, roles=[Role.FULFILMENT, Role.EDITOR])

    assert rights(asha) == ({Role.FULFILMENT, Role.EDITOR}, "active")
    assert queries.find_signed_in_user(token) is None
    assert entries() == [
        (
            "roles_changed",
            "Asha Bhat",
            {"roles": ["editor", "support"]},
            {"roles": ["editor", "fulfilment"]},
        )
    ]


def test_the_same_roles_change_nothing(database: Flask) -> None:
    asha = person(Role.SUPPORT)
    token = session_of(asha)
    with step():
        services.change_roles(user_id=asha, roles=[Role.SUPPORT])

    assert queries.find_signed_in_user(token) is not None
    assert entries() == []


def test_outdated_changes_and_empty_ones_are_refused(database: Flask) -> None:
    asha = person(Role.SUPPORT)
    refused(
        "staff_changed_since",
        services.change_roles,
        user_id=asha,
        roles=[Role.EDITOR],
        seen="editor,active",
    )
    refused("staff_roles_missing", services.change_roles, user_id=asha, roles=[], seen="support,active")
    with step():
        services.change_roles(user_id=asha, roles=[Role.EDITOR], seen="support,active")

    assert rights(asha) == ({Role.EDITOR}, "active")


def test_a_suspended_person_is_a_customer_until_resumed(database: Flask, frozen: FrozenClock) -> None:
    asha = person(Role.SUPPORT, email="asha@shop.example")
    token = session_of(asha)
    an_invitation("asha@shop.example", Role.EDITOR)
    for _ in range(2):
        with step():
            services.suspend_staff(user_id=asha)
        frozen.advance(hours=1)

    assert queries.find_signed_in_user(token) is None
    assert rights(asha) == ({Role.SUPPORT}, "suspended")
    assert queries.list_open_invitations() == []
    as_customer = session_of(asha)
    found = queries.find_signed_in_user(as_customer)
    assert found is not None
    assert found.roles == frozenset()

    for _ in range(2):
        with step():
            services.resume_staff(user_id=asha)
    assert queries.find_signed_in_user(as_customer) is None
    found = queries.find_signed_in_user(session_of(asha))
    assert found is not None
    assert found.roles == {Role.SUPPORT}
    assert entries() == [
        ("suspended", "Asha Bhat", {"state": "active"}, {"state": "suspended"}),
        ("resumed", "Asha Bhat", {"state": "suspended"}, {"state": "active"}),
    ]


def test_a_removed_person_is_a_customer(database: Flask) -> None:
    asha = person(Role.SUPPORT, email="asha@shop.example")
    token = session_of(asha)
    an_invitation("asha@shop.example", Role.EDITOR)
    with step():
        services.suspend_staff(user_id=asha)
    with step():
        services.remove_staff(user_id=asha)

    assert rights(asha) is None
    assert queries.find_signed_in_user(token) is None
    found = queries.find_user(asha)
    assert found is not None
    assert found.staff_suspended_at is None
    assert queries.list_open_invitations() == []
    assert entries()[-1] == ("removed", "Asha Bhat", {"roles": ["support"]}, {"roles": []})


@pytest.mark.parametrize("others", [(), ("suspended",), ("erased",)])
def test_the_last_active_owner_stays(database: Flask, others: tuple[str, ...]) -> None:
    owner = person(Role.OWNER, Role.EDITOR)
    for other in others:
        identity = person(Role.OWNER)
        with step():
            user = queries.find_user(identity)
            assert user is not None
            if other == "erased":
                user.erased_at = clock.now()
            else:
                user.staff_suspended_at = clock.now()
    token = session_of(owner)
    refused("last_owner", services.change_roles, user_id=owner, roles=[Role.EDITOR])
    refused("last_owner", services.suspend_staff, user_id=owner)
    refused("last_owner", services.remove_staff, user_id=owner)

    assert rights(owner) == ({Role.OWNER, Role.EDITOR}, "active")
    assert queries.find_signed_in_user(token) is not None
    assert entries() == []
    with step():
        services.change_roles(user_id=owner, roles=[Role.OWNER])
    assert rights(owner) == ({Role.OWNER}, "active")


def test_a_suspended_owner_can_be_removed(database: Flask) -> None:
    first, second = person(Role.OWNER), person(Role.OWNER)
    with step():
        services.suspend_staff(user_id=first)
    with step():
        services.remove_staff(user_id=first)

    assert (rights(first), rights(second)) == (None, ({Role.OWNER}, "active"))
    refused("last_owner", services.remove_staff, user_id=second)


def test_customers_and_strangers_are_no_staff(database: Flask) -> None:
    person(Role.OWNER)
    customer = person()
    for identity in (customer, new_id()):
        for call in (services.suspend_staff, services.resume_staff, services.remove_staff):
            with pytest.raises(NotFound), step():
                call(user_id=identity)
        with pytest.raises(NotFound), step():
            services.change_roles(user_id=identity, roles=[Role.OWNER])
    assert rights(customer) is None
