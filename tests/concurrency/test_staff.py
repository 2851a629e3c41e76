"""Concurrent changes of rights leave an active owner, and a link is used once, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from kashcraft.accounts import queries, services
from kashcraft.accounts.models import Role
from kashcraft.core.db import in_step, step
from kashcraft.core.ids import UserId
from tests.factories.people import person
from tests.support.races import at_once, codes

WAYS: dict[str, Callable[[UserId], Any]] = {
    "remove": lambda user_id: services.remove_staff(user_id=user_id),
    "suspend": lambda user_id: services.suspend_staff(user_id=user_id),
    "demote": lambda user_id: services.change_roles(user_id=user_id, roles=[Role.EDITOR]),
}


def active_owners() -> int:
    return sum(Role.OWNER in one.roles and one.suspended_at is None for one in queries.list_staff())


def call(way: str, user_id: UserId) -> Callable[[], Any]:
    return lambda: in_step(lambda: WAYS[way](user_id))


@pytest.mark.parametrize(
    ("first", "second"), [("remove", "remove"), ("suspend", "demote"), ("demote", "remove")]
)
def test_two_owners_who_remove_each_other_leave_one(database: Flask, first: str, second: str) -> None:
    one, other = person(Role.OWNER), person(Role.OWNER)
    answers = at_once(database, [call(first, one), call(second, other)])

    assert codes(answers) == {"ok": 1, "last_owner": 1}
    assert active_owners() == 1


def test_six_owners_who_remove_each_other_leave_one(database: Flask) -> None:
    owners = [person(Role.OWNER) for _ in range(6)]
    answers = at_once(database, [call("remove", owner) for owner in owners])

    assert codes(answers) == {"ok": 5, "last_owner": 1}
    assert active_owners() == 1


def test_a_link_that_is_opened_twice_is_used_once(database: Flask) -> None:
    asha = person(email="asha@shop.example")
    with step():
        invited = services.invite_staff(email="asha@shop.example", roles=[Role.SUPPORT])
        identity = invited.id
    answers = at_once(
        database,
        [lambda: in_step(lambda: services.accept_invitation(invitation_id=identity, version=1, user_id=asha))]
        * 4,
    )

    assert codes(answers) == {"ok": 1, "invitation_closed": 3}
    assert [one.roles for one in queries.list_staff()] == [(Role.SUPPORT,)]


def test_concurrent_invitations_of_an_address_are_one(database: Flask) -> None:
    def invite() -> int:
        return in_step(lambda: services.invite_staff(email="new@shop.example", roles=[Role.SUPPORT]).version)

    assert sorted(at_once(database, [invite] * 4)) == [1, 2, 3, 4]
    assert [one.version for one in queries.list_open_invitations()] == [4]
