"""The states of invitations, and the order and version of roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from kashcraft.accounts.rules import (
    InvitationState,
    Role,
    StaffState,
    changed_roles,
    invitation_state,
    leaves_no_owner,
    ordered_roles,
    rights_version,
)

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Sent:
    version: int = 2
    expires_at: datetime = NOW + SECOND
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None


@pytest.mark.parametrize(
    ("sent", "version", "state"),
    [
        (Sent(), 2, "open"),
        (Sent(), 1, "replaced"),
        (Sent(), 3, "replaced"),
        (Sent(expires_at=NOW), 2, "expired"),
        (Sent(expires_at=NOW), 1, "replaced"),
        (Sent(accepted_at=NOW), 2, "accepted"),
        (Sent(accepted_at=NOW, expires_at=NOW), 1, "accepted"),
        (Sent(withdrawn_at=NOW), 2, "withdrawn"),
    ],
)
def test_the_state_of_a_link(sent: Sent, version: int, state: str) -> None:
    assert invitation_state(sent, version, NOW) is InvitationState(state)


def test_roles_are_ordered_and_known() -> None:
    assert ordered_roles(["support", "owner", "support", "pope"]) == (Role.OWNER, Role.SUPPORT)
    assert ordered_roles([]) == ()


def test_a_version_differs_with_roles_and_state() -> None:
    assert rights_version(["support", "editor"], StaffState.ACTIVE) == "editor,support,active"
    assert rights_version(["editor"], StaffState.SUSPENDED) == "editor,suspended"


@pytest.mark.parametrize(("owners", "is_last"), [([1], True), ([2], False), ([1, 2], False), ([], False)])
def test_only_the_last_active_owner_leaves_none(owners: list[int], is_last: bool) -> None:
    assert leaves_no_owner(owners, 1) is is_last


def test_changes_are_plain_values() -> None:
    assert changed_roles([Role.SUPPORT, Role.EDITOR], []) == (
        {"roles": ["editor", "support"]},
        {"roles": []},
    )
