"""Invitations: what their links grant, when they end, and what is sent and recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts import jobs, queries, services
from kashcraft.accounts.models import Role, StaffInvitation
from kashcraft.audit.models import AuditEntry
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.notifications.models import Message
from tests.factories.people import person
from tests.factories.rows import add_row

WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


def invite(email: str = "new@shop.example", *roles: Role, **options: Any) -> tuple[UUID, int]:
    with step():
        invited = services.invite_staff(email=email, roles=roles or [Role.SUPPORT], **options)
        return invited.id, invited.version


def accept(invitation_id: UUID, version: int, user_id: UUID) -> None:
    with step():
        services.accept_invitation(invitation_id=invitation_id, version=version, user_id=user_id)


def refused(code: str, call: Any, *arguments: Any, **named: Any) -> None:
    with pytest.raises(DomainError, match=code), step():
        call(*arguments, **named)


def roles_of(user_id: UUID) -> tuple[Role, ...]:
    found = queries.find_staff(user_id)
    return found.roles if found else ()


def messages() -> list[tuple[str, str]]:
    rows = sa.select(Message.recipient, Message.dedupe_key).where(Message.template == "staff_invitation")
    return sorted(tuple(row) for row in db.session.execute(rows))


def recorded() -> list[Any]:
    rows = sa.select(
        AuditEntry.subject, AuditEntry.action, AuditEntry.title, AuditEntry.before, AuditEntry.after
    )
    return [tuple(row) for row in db.session.execute(rows.order_by(AuditEntry.id))]


def test_an_invitation_works_once_and_adds_its_roles(database: Flask, frozen: FrozenClock) -> None:
    asha = person(Role.EDITOR, email="asha@shop.example")
    with step():
        token = services.sign_in(user_id=asha, user_agent="a test").token
    identity, version = invite(" Asha@SHOP.example", Role.SUPPORT, Role.FULFILMENT)
    accept(identity, version, asha)

    assert roles_of(asha) == (Role.EDITOR, Role.FULFILMENT, Role.SUPPORT)
    assert queries.find_signed_in_user(token) is None
    row = queries.find_invitation(identity)
    assert row is not None
    assert (row.email, row.accepted_at, row.accepted_by, row.expires_at) == (
        "Asha@SHOP.example",
        clock.now(),
        asha,
        clock.now() + WEEK,
    )
    with pytest.raises(DomainError, match="invitation_closed"):
        accept(identity, version, asha)
    assert recorded() == [
        ("staff invitation", "invited", "Asha@SHOP.example", {}, {"roles": ["fulfilment", "support"]}),
        (
            "staff",
            "joined",
            "Asha Bhat",
            {"roles": ["editor"]},
            {"roles": ["editor", "fulfilment", "support"]},
        ),
    ]
    assert db.session.scalars(sa.select(AuditEntry.actor_id).order_by(AuditEntry.id)).all() == [None, asha]


def test_a_second_invitation_replaces_the_link_of_the_first(database: Flask, frozen: FrozenClock) -> None:
    asha = person(email="asha@shop.example")
    first = invite("asha@shop.example", Role.OWNER, by_email=True)
    frozen.advance(days=6)
    second = invite("ASHA@shop.example", Role.SUPPORT, by_email=True)

    assert second == (first[0], 2)
    assert messages() == [("ASHA@shop.example", f"staff_invitation:{first[0]}:2")]
    with pytest.raises(DomainError, match="invitation_closed"):
        accept(*first, asha)
    frozen.advance(days=6)
    accept(*second, asha)
    assert roles_of(asha) == (Role.SUPPORT,)


@pytest.mark.parametrize(("age", "works"), [(WEEK - SECOND, True), (WEEK, False)])
def test_a_link_works_for_seven_days(
    database: Flask, frozen: FrozenClock, age: timedelta, works: bool
) -> None:
    asha = person(email="asha@shop.example")
    link = invite("asha@shop.example")
    frozen.advance(seconds=age.total_seconds())
    if works:
        accept(*link, asha)
    else:
        with pytest.raises(DomainError, match="invitation_closed"):
            accept(*link, asha)
    assert roles_of(asha) == ((Role.SUPPORT,) if works else ())


def test_a_withdrawn_invitation_grants_nothing_and_is_not_sent(database: Flask) -> None:
    asha = person(email="asha@shop.example")
    identity, version = invite("asha@shop.example", by_email=True)
    with step():
        services.withdraw_invitation(invitation_id=identity)

    assert messages() == []
    with pytest.raises(DomainError, match="invitation_closed"):
        accept(identity, version, asha)
    refused("invitation_closed", services.withdraw_invitation, invitation_id=identity)
    refused("invitation_closed", services.send_invitation_again, invitation_id=identity, actor_id=asha)
    with pytest.raises(NotFound), step():
        services.withdraw_invitation(invitation_id=new_id())
    assert [entry[1] for entry in recorded()] == ["invited", "withdrawn"]
    assert invite("asha@shop.example")[0] != identity


def test_sending_again_makes_a_new_link_for_a_week(database: Flask, frozen: FrozenClock) -> None:
    owner = person(Role.OWNER)
    identity, _ = invite(by_email=True, actor_id=owner)
    frozen.advance(days=8)
    with step():
        services.send_invitation_again(invitation_id=identity, actor_id=owner)

    row = queries.find_invitation(identity)
    assert row is not None
    assert (row.version, row.expires_at) == (2, clock.now() + WEEK)
    assert messages() == [("new@shop.example", f"staff_invitation:{identity}:2")]
    context = db.session.scalars(sa.select(Message.context)).one()
    assert context == {"invitation_id": str(identity), "version": 2, "name": "Asha Bhat"}
    assert [entry[1] for entry in recorded()] == ["invited", "sent_again"]


def test_an_invitation_is_for_its_address_alone(database: Flask) -> None:
    other = person(email="other@shop.example")
    link = invite("asha@shop.example")
    with pytest.raises(NotFound):
        accept(*link, other)
    assert roles_of(other) == ()
    assert [one.accepted_at for one in queries.list_open_invitations()] == [None]


def test_invitations_without_effect_are_refused(database: Flask) -> None:
    person(Role.OWNER)
    asha = person(Role.SUPPORT, Role.EDITOR, email="asha@shop.example")
    refused("staff_roles_missing", services.invite_staff, email="new@shop.example", roles=[])
    refused("staff_already", services.invite_staff, email="asha@shop.example", roles=[Role.EDITOR])
    link = invite("asha@shop.example", Role.OWNER)
    with step():
        user = queries.find_user(asha)
        assert user is not None
        user.staff_suspended_at = clock.now()
    refused("staff_suspended", services.invite_staff, email="asha@shop.example", roles=[Role.OWNER])
    with pytest.raises(DomainError, match="staff_suspended"):
        accept(*link, asha)
    assert roles_of(asha) == (Role.EDITOR, Role.SUPPORT)


def test_invitations_that_ended_three_months_ago_are_deleted(database: Flask, frozen: FrozenClock) -> None:
    now = clock.now()
    old, open_until = now - timedelta(days=90) - SECOND, now + WEEK
    with step():
        add_row("staff_invitations", expires_at=open_until, accepted_at=old)
        add_row("staff_invitations", expires_at=open_until, withdrawn_at=old)
        add_row("staff_invitations", expires_at=old)
        remaining = {
            add_row("staff_invitations", expires_at=old, accepted_at=old + 2 * SECOND),
            add_row("staff_invitations", expires_at=open_until),
        }
    jobs.purge_invitations()

    assert set(db.session.scalars(sa.select(StaffInvitation.id))) == remaining
