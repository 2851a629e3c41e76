"""The roles of staff, and the states of members of staff and of invitations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from kashcraft.core.ids import InvitationId, UserId

INVITATION_TIME = timedelta(days=7)


class Role(StrEnum):
    """A role of staff. The back office maps it to permissions."""

    OWNER = "owner"
    EDITOR = "editor"
    FULFILMENT = "fulfilment"
    SUPPORT = "support"


class StaffState(StrEnum):
    """Whether a member of staff can use the roles."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class InvitationState(StrEnum):
    """What can be done with the link of an invitation."""

    OPEN = "open"
    REPLACED = "replaced"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Invitation(Protocol):
    """An invitation to join the staff; ``roles`` are the values of roles."""

    id: InvitationId
    email: str
    roles: list[str]
    version: int
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffPerson:
    """A member of staff. ``last_sign_in`` is None if no session of the last 60 days is known."""

    id: UserId
    email: str
    full_name: str
    roles: tuple[Role, ...]
    suspended_at: datetime | None
    last_sign_in: datetime | None

    @property
    def display_name(self) -> str:
        """Return the name that pages show."""
        return self.full_name or self.email.split("@")[0]

    @property
    def state(self) -> StaffState:
        """Return whether the person can use the roles."""
        return StaffState.SUSPENDED if self.suspended_at else StaffState.ACTIVE

    @property
    def version(self) -> str:
        """Return a text that differs whenever roles or state differ."""
        return rights_version(self.roles, self.state)


def invitation_state(invitation: Invitation, version: int, now: datetime) -> InvitationState:
    """Return the state of the link of this ``version`` of an invitation."""
    if invitation.accepted_at is not None:
        return InvitationState.ACCEPTED
    if invitation.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    if version != invitation.version:
        return InvitationState.REPLACED
    return InvitationState.OPEN if now < invitation.expires_at else InvitationState.EXPIRED


def ordered_roles(roles: Iterable[str]) -> tuple[Role, ...]:
    """Return the roles in the order of their definition, each once. Unknown ones are left out."""
    known = set(roles)
    return tuple(role for role in Role if role.value in known)


def rights_version(roles: Iterable[str], state: StaffState) -> str:
    """Return a text that differs whenever the roles or the state of a member of staff differ."""
    return ",".join([*ordered_roles(roles), state])


def leaves_no_owner(active_owners: Sequence[object], user_id: object) -> bool:
    """Return whether there is no other active owner than ``user_id``, who is one."""
    return list(active_owners) == [user_id]


def changed_roles(
    before: Iterable[Role], after: Iterable[Role]
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Return the roles before and after a change as plain values for the audit log."""
    return {"roles": [*ordered_roles(before)]}, {"roles": [*ordered_roles(after)]}
