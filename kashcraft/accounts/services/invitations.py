"""Invitations to join the staff: their links work once, for seven days, and until there is a newer one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from kashcraft.accounts.models import Role, StaffInvitation, User, UserRole
from kashcraft.accounts.rules import INVITATION_TIME, changed_roles, ordered_roles
from kashcraft.accounts.services.staff import add_roles
from kashcraft.core import activity_log, audit_trail, clock
from kashcraft.core.db import db, insert_into, rows_changed
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import InvitationId, UserId, new_id
from kashcraft.notifications import services as notifications

ENDED_RETENTION = timedelta(days=90)
# An invitation without an end, which may be too old for its link to work.
_OPEN = sa.and_(StaffInvitation.accepted_at.is_(None), StaffInvitation.withdrawn_at.is_(None))


def invite_staff(
    *, email: str, roles: Collection[Role], actor_id: UserId | None = None, by_email: bool = False
) -> StaffInvitation:
    """Invite an address to these roles, and return the invitation; an open one gets a new link.

    With ``by_email`` the link is sent. Raises DomainError('staff_roles_missing'), ('staff_suspended') for a
    suspended member of staff, or ('staff_already') for one with all of these roles.
    """
    if not roles:
        raise DomainError("staff_roles_missing", field="roles")
    _check_address(email, roles)
    values = {
        "email": email.strip(), "roles": [*ordered_roles(roles)], "invited_by": actor_id,
        "expires_at": clock.now() + INVITATION_TIME,
    }  # fmt: skip
    inserted = insert_into(StaffInvitation).values(
        id=InvitationId(new_id()), email_key=normalized_address(email), version=1, **values
    )
    invitation = db.session.scalars(
        inserted.on_conflict_do_update(
            index_elements=["email_key"],
            index_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
            set_={**values, "version": StaffInvitation.version + 1, "updated_at": clock.now()},
        ).returning(StaffInvitation),
        execution_options={"populate_existing": True},
    ).one()
    audit_trail.record(
        "staff invitation",
        action="invited",
        subject_id=invitation.id,
        title=invitation.email,
        after={"roles": invitation.roles},
    )
    _withdraw_message(invitation.id, invitation.version - 1)
    if by_email:
        _send(invitation, actor_id)
    return invitation


def send_invitation_again(*, invitation_id: InvitationId, actor_id: UserId) -> None:
    """Send an open invitation with a new link, which works for seven days; the earlier one becomes invalid.

    Raises NotFound, and DomainError('invitation_closed') for one that was accepted or withdrawn.
    """
    invitation = db.session.scalar(
        sa.update(StaffInvitation)
        .where(StaffInvitation.id == invitation_id, _OPEN)
        .values(
            version=StaffInvitation.version + 1,
            expires_at=clock.now() + INVITATION_TIME,
            invited_by=actor_id,
        )
        .returning(StaffInvitation),
        execution_options={"populate_existing": True},
    )
    if invitation is None:
        raise _closed(invitation_id)
    _check_address(invitation.email, {Role(role) for role in invitation.roles})
    audit_trail.record(
        "staff invitation", action="sent_again", subject_id=invitation.id, title=invitation.email
    )
    _withdraw_message(invitation.id, invitation.version - 1)
    _send(invitation, actor_id)


def withdraw_invitation(*, invitation_id: InvitationId) -> None:
    """Make the link of an open invitation invalid.

    Raises NotFound, and DomainError('invitation_closed') for one that was accepted or withdrawn.
    """
    invitation = db.session.scalar(
        sa.update(StaffInvitation)
        .where(StaffInvitation.id == invitation_id, _OPEN)
        .values(withdrawn_at=clock.now())
        .returning(StaffInvitation),
        execution_options={"populate_existing": True},
    )
    if invitation is None:
        raise _closed(invitation_id)
    _withdraw_message(invitation.id, invitation.version)
    audit_trail.record(
        "staff invitation", action="withdrawn", subject_id=invitation.id, title=invitation.email
    )


def accept_invitation(*, invitation_id: InvitationId, version: int, user_id: UserId) -> None:
    """Grant a user the roles of an invitation to the user's address, once, and end all earlier sessions.

    Raises DomainError('invitation_closed') if the link is used, replaced, expired or withdrawn, NotFound for
    another address, and DomainError('staff_suspended').
    """
    accepted = db.session.scalar(
        sa.update(StaffInvitation)
        .where(
            StaffInvitation.id == invitation_id,
            StaffInvitation.version == version,
            StaffInvitation.expires_at > clock.now(),
            _OPEN,
        )
        .values(accepted_at=clock.now(), accepted_by=user_id)
        .returning(StaffInvitation),
        execution_options={"populate_existing": True},
    )
    if accepted is None:
        raise DomainError("invitation_closed")
    user = db.session.get_one(User, user_id)
    if user.email_key != accepted.email_key:
        raise NotFound("no_invitation", invitation_id=str(invitation_id))
    roles = {Role(role) for role in accepted.roles}
    earlier = add_roles(user_id=user_id, roles=roles)
    before, after = changed_roles(earlier, earlier | roles)
    # The person who creates the account with the link is not signed in yet.
    with activity_log.acting_as(f"staff:{user_id}"):
        audit_trail.record(
            "staff",
            action="joined",
            subject_id=user_id,
            title=user.display_name,
            before=before,
            after=after,
        )


def purge_invitations(*, limit: int) -> int:
    """Delete up to ``limit`` invitations that ended 90 days ago; return their number.

    An invitation ends by being accepted or withdrawn, or when its link expires.
    """
    ended = sa.func.coalesce(
        StaffInvitation.accepted_at, StaffInvitation.withdrawn_at, StaffInvitation.expires_at
    )
    old = sa.select(StaffInvitation.id).where(ended < clock.now() - ENDED_RETENTION).limit(limit)
    deleted = sa.delete(StaffInvitation).where(StaffInvitation.id.in_(old))
    return rows_changed(db.session.execute(deleted.execution_options(synchronize_session=False)))


def _check_address(email: str, roles: Collection[Role]) -> None:
    user = db.session.scalar(
        sa.select(User).where(User.email_key == normalized_address(email), User.erased_at.is_(None))
    )
    if user is None:
        return
    if user.staff_suspended_at is not None:
        raise DomainError("staff_suspended", field="email")
    present = db.session.scalars(sa.select(UserRole.role).where(UserRole.user_id == user.id)).all()
    if set(roles) <= set(present):
        raise DomainError("staff_already", field="email")


def _send(invitation: StaffInvitation, actor_id: UserId | None) -> None:
    inviter = db.session.get(User, actor_id) if actor_id else None
    notifications.queue_message(
        kind="staff_invitation",
        recipient=invitation.email,
        key=_occasion(invitation.id, invitation.version),
        context={
            "invitation_id": str(invitation.id),
            "version": invitation.version,
            "name": inviter.display_name if inviter else "",
        },
    )


def _withdraw_message(invitation_id: InvitationId, version: int) -> None:
    """Delete the e-mail with the link of this version if it was not sent yet."""
    if version:
        notifications.withdraw_message(key=_occasion(invitation_id, version))


def _occasion(invitation_id: InvitationId, version: int) -> str:
    return f"staff_invitation:{invitation_id}:{version}"


def _closed(invitation_id: InvitationId) -> DomainError:
    if db.session.get(StaffInvitation, invitation_id) is None:
        return NotFound("no_invitation", invitation_id=str(invitation_id))
    return DomainError("invitation_closed")
