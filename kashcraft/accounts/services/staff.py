"""The rights of staff: their roles, and suspending and removing members of staff.

Every change of rights first locks the roles of all owners, so that two concurrent changes cannot remove the
last active owner, and ends the sessions of the person.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.accounts.models import Role, StaffInvitation, User, UserRole
from kashcraft.accounts.rules import StaffState, changed_roles, leaves_no_owner, rights_version
from kashcraft.accounts.services.sign_in import end_sessions
from kashcraft.core import activity_log, audit_trail, clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import UserId


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of a member of staff, locked until the end of the step."""

    user: User
    roles: frozenset[Role]
    active_owners: tuple[UserId, ...]

    @property
    def state(self) -> StaffState:
        """Return whether the person can use the roles."""
        return StaffState.SUSPENDED if self.user.staff_suspended_at else StaffState.ACTIVE

    @property
    def is_last_owner(self) -> bool:
        """Return whether nobody else is an active owner."""
        return leaves_no_owner(self.active_owners, self.user.id)


def grant_role(*, user_id: UserId, role: Role) -> None:
    """Grant a user a role of staff. Granting it again changes nothing."""
    if db.session.get(UserRole, (user_id, role)) is None:
        db.session.add(UserRole(user_id=user_id, role=role))
        activity_log.note("account", action=f"made_{role.value}", user_id=user_id)


def change_roles(*, user_id: UserId, roles: Collection[Role], seen: str | None = None) -> None:
    """Give a member of staff these roles instead of the present ones, and end the person's sessions.

    ``seen`` is the ``rights_version`` that the page showed. Raises NotFound for a person who is not staff,
    and DomainError('staff_roles_missing'), ('staff_changed_since') or ('last_owner').
    """
    rights, wanted = _lock_rights(user_id=user_id), frozenset(roles)
    if not wanted:
        raise DomainError("staff_roles_missing", field="roles")
    if seen is not None and seen != rights_version(rights.roles, rights.state):
        raise DomainError("staff_changed_since", field="roles")
    if wanted == rights.roles:
        return
    if Role.OWNER not in wanted:
        _keep_an_owner(rights)
    before, after = changed_roles(rights.roles, wanted)
    _replace_roles(user_id, rights.roles, wanted)
    end_sessions(user_id=user_id)
    audit_trail.record(
        "staff",
        action="roles_changed",
        subject_id=user_id,
        title=rights.user.display_name,
        before=before,
        after=after,
    )


def add_roles(*, user_id: UserId, roles: Collection[Role]) -> frozenset[Role]:
    """Give a user these roles beside the present ones, end the sessions, and return the earlier roles.

    Raises DomainError('staff_suspended').
    """
    rights = _read_rights(user_id)
    if rights.state is StaffState.SUSPENDED:
        raise DomainError("staff_suspended")
    _replace_roles(user_id, rights.roles, rights.roles | set(roles))
    end_sessions(user_id=user_id)
    return rights.roles


def suspend_staff(*, user_id: UserId) -> None:
    """Take all rights from a member of staff until they are resumed, and end the person's sessions at once.

    Open invitations of the address are withdrawn. Suspending twice changes nothing. Raises NotFound for a
    person who is not staff, and DomainError('last_owner').
    """
    rights = _lock_rights(user_id=user_id)
    if rights.state is StaffState.SUSPENDED:
        return
    _keep_an_owner(rights)
    rights.user.staff_suspended_at = clock.now()
    _withdraw_invitations(rights.user)
    end_sessions(user_id=user_id)
    audit_trail.record(
        "staff",
        action="suspended",
        subject_id=user_id,
        title=rights.user.display_name,
        before={"state": StaffState.ACTIVE},
        after={"state": StaffState.SUSPENDED},
    )


def resume_staff(*, user_id: UserId) -> None:
    """Give a suspended member of staff the rights of the roles again. Resuming twice changes nothing.

    The sessions of the customer end. Raises NotFound for a person who is not staff.
    """
    rights = _lock_rights(user_id=user_id)
    if rights.state is StaffState.ACTIVE:
        return
    rights.user.staff_suspended_at = None
    end_sessions(user_id=user_id)
    audit_trail.record(
        "staff",
        action="resumed",
        subject_id=user_id,
        title=rights.user.display_name,
        before={"state": StaffState.SUSPENDED},
        after={"state": StaffState.ACTIVE},
    )


def remove_staff(*, user_id: UserId) -> None:
    """Take all roles from a member of staff, who remains a customer, and end the person's sessions.

    Open invitations of the address are withdrawn. Raises NotFound for a person who is not staff, and
    DomainError('last_owner').
    """
    rights = _lock_rights(user_id=user_id)
    _keep_an_owner(rights)
    before, after = changed_roles(rights.roles, ())
    _replace_roles(user_id, rights.roles, frozenset())
    rights.user.staff_suspended_at = None
    _withdraw_invitations(rights.user)
    end_sessions(user_id=user_id)
    audit_trail.record(
        "staff",
        action="removed",
        subject_id=user_id,
        title=rights.user.display_name,
        before=before,
        after=after,
    )


def _lock_rights(*, user_id: UserId) -> Rights:
    """Return the rights of a member of staff, which nobody else can change until the step ends."""
    owners = sa.update(UserRole).where(UserRole.role == Role.OWNER).values(role=UserRole.role)
    db.session.execute(owners.execution_options(synchronize_session=False))
    rights = _read_rights(user_id)
    if not rights.roles:
        raise NotFound("no_staff", user_id=str(user_id))
    return rights


def _read_rights(user_id: UserId) -> Rights:
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None or user.erased_at is not None:
        raise NotFound("no_staff", user_id=str(user_id))
    roles = db.session.scalars(sa.select(UserRole.role).where(UserRole.user_id == user_id)).all()
    owners = db.session.scalars(
        sa.select(UserRole.user_id)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role == Role.OWNER, User.staff_suspended_at.is_(None), User.erased_at.is_(None))
    ).all()
    return Rights(user, frozenset(roles), tuple(owners))


def _keep_an_owner(rights: Rights) -> None:
    if rights.is_last_owner:
        raise DomainError("last_owner", field="roles")


def _replace_roles(user_id: UserId, before: frozenset[Role], after: Collection[Role]) -> None:
    db.session.execute(
        sa.delete(UserRole).where(UserRole.user_id == user_id, UserRole.role.in_(before - set(after)))
    )
    db.session.add_all(UserRole(user_id=user_id, role=role) for role in set(after) - before)


def _withdraw_invitations(user: User) -> None:
    db.session.execute(
        sa.update(StaffInvitation)
        .where(
            StaffInvitation.email_key == user.email_key,
            StaffInvitation.accepted_at.is_(None),
            StaffInvitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )
