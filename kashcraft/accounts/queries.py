"""Reads of accounts and their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.accounts.models import AddressType, LoginSession, Role, SavedAddress, User, UserRole
from kashcraft.core import autocommit, clock
from kashcraft.core.db import db
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.ids import UserId, token_hash


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
    sa.select(User.id, User.email, User.full_name, UserRole.role)
    .join(LoginSession, LoginSession.user_id == User.id)
    .outerjoin(UserRole, UserRole.user_id == User.id)
    .where(
        LoginSession.token_hash == sa.bindparam("token_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > sa.bindparam("now"),
        User.erased_at.is_(None),
    )
)


def find_signed_in_user(token: str) -> SignedInUser | None:
    """Return the user of the open session with this token, with their roles, or None. One statement."""
    rows = autocommit.rows(_SIGNED_IN, {"token_hash": token_hash(token), "now": clock.now()})
    if not rows:
        return None
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
