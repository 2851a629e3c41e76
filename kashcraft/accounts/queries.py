"""Reads of accounts, their addresses, and staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.accounts.models import (
    AddressType,
    LoginSession,
    Role,
    SavedAddress,
    StaffInvitation,
    User,
    UserRole,
)
from kashcraft.accounts.rules import StaffPerson, ordered_roles
from kashcraft.core import autocommit, clock, reference_version
from kashcraft.core.db import db
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.ids import InvitationId, UserId, token_hash


@dataclass(frozen=True)
class SignedInUser:
    """The user of the current session, for Flask-Login and pages."""

    id: UserId
    email: str
    full_name: str
    roles: frozenset[Role]
    token: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def display_name(self) -> str:
        """Return the name that pages show."""
        return self.full_name or self.email.split("@")[0]

    @property
    def is_staff(self) -> bool:
        """Return whether the user has a role of staff."""
        return bool(self.roles)

    def get_id(self) -> str:
        """Return the token of the session, which the session cookie stores, so that ending the session
        invalidates the cookie.
        """
        return self.token


# Built once, because every page of a signed-in customer reads it.
_SIGNED_IN = (
    sa.select(
        User.id, User.email, User.full_name, UserRole.role,
        reference_version.current().label("reference"),
    )
    .join(LoginSession, LoginSession.user_id == User.id)
    # A suspended member of staff is a customer.
    .outerjoin(UserRole, sa.and_(UserRole.user_id == User.id, User.staff_suspended_at.is_(None)))
    .where(
        LoginSession.token_hash == sa.bindparam("token_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > sa.bindparam("now"),
        User.erased_at.is_(None),
    )
)  # fmt: skip


def find_signed_in_user(token: str) -> SignedInUser | None:
    """Return the user of the open session with this token, with their roles, or None.

    One statement, which also reads the reference version for the rest of the request.
    """
    rows = autocommit.rows(_SIGNED_IN, {"token_hash": token_hash(token), "now": clock.now()})
    if not rows:
        return None
    reference_version.remember_version(rows[0].reference)
    roles = frozenset(row.role for row in rows if row.role is not None)
    return SignedInUser(rows[0].id, rows[0].email or "", rows[0].full_name, roles, token)


def find_user_by_email(email: str) -> User | None:
    """Return the account with this address, or None. Case and outer blanks are ignored. Relations are not
    loaded.
    """
    return db.session.scalar(
        sa.select(User).where(User.email_key == normalized_address(email), User.erased_at.is_(None))
    )


def is_customer(email: str) -> bool:
    """Return whether the address has a confirmed account. One statement."""
    user = find_user_by_email(email)
    return user is not None and user.is_confirmed


def find_user(user_id: UserId) -> User | None:
    """Return the account with this id, or None. Relations are not loaded."""
    return db.session.get(User, user_id)


def find_user_by_referral_code(code: str) -> User | None:
    """Return the account with this referral code, in any case, or None. Relations are not loaded."""
    wanted = code.strip().upper()
    return db.session.scalar(sa.select(User).where(User.referral_code == wanted, User.erased_at.is_(None)))


def list_staff() -> Sequence[StaffPerson]:
    """Return all members of staff by name, suspended ones included. One statement."""
    return _staff()


def find_staff(user_id: UserId) -> StaffPerson | None:
    """Return a member of staff, or None for a person without roles. One statement."""
    return next(iter(_staff(User.id == user_id)), None)


def find_staff_by_email(email: str) -> StaffPerson | None:
    """Return the member of staff with this address, or None. Case and outer blanks are ignored."""
    return next(iter(_staff(User.email_key == normalized_address(email))), None)


def _staff(*conditions: sa.ColumnElement[bool]) -> Sequence[StaffPerson]:
    last_sign_in = (
        sa.select(sa.func.max(LoginSession.created_at))
        .where(LoginSession.user_id == User.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            User.id,
            User.email,
            User.full_name,
            User.staff_suspended_at,
            last_sign_in.label("last_sign_in"),
            UserRole.role,
        )
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.erased_at.is_(None), *conditions)
        .order_by(User.full_name, User.email, User.id)
    ).all()
    people = {row.id: row for row in rows}
    roles = {user_id: ordered_roles(row.role for row in rows if row.id == user_id) for user_id in people}
    return [
        StaffPerson(
            user_id, row.email or "", row.full_name, roles[user_id], row.staff_suspended_at, row.last_sign_in
        )
        for user_id, row in people.items()
    ]


def find_invitation(invitation_id: InvitationId) -> StaffInvitation | None:
    """Return an invitation to join the staff, or None."""
    return db.session.get(StaffInvitation, invitation_id)


def list_open_invitations() -> Sequence[StaffInvitation]:
    """Return the invitations that were neither accepted nor withdrawn, newest first, with expired ones."""
    return db.session.scalars(
        sa.select(StaffInvitation)
        .where(StaffInvitation.accepted_at.is_(None), StaffInvitation.withdrawn_at.is_(None))
        .order_by(StaffInvitation.created_at.desc(), StaffInvitation.id.desc())
    ).all()


def list_addresses(user_id: UserId, kind: AddressType = AddressType.SHIPPING) -> Sequence[SavedAddress]:
    """Return a user's addresses of one type: the default first, then the last used."""
    return db.session.scalars(
        sa.select(SavedAddress)
        .where(SavedAddress.user_id == user_id, SavedAddress.type == kind)
        .order_by(SavedAddress.is_default.desc(), SavedAddress.last_used_at.desc(), SavedAddress.id)
    ).all()


def list_names(user_ids: Iterable[UserId | None]) -> dict[UserId | None, str]:
    """Return the display names of users by their ids; None stands for no user. One statement, none without
    users.
    """
    wanted = {user_id for user_id in user_ids if user_id}
    if not wanted:
        return {}
    people = db.session.scalars(sa.select(User).where(User.id.in_(wanted)))
    return {person.id: person.display_name for person in people}
