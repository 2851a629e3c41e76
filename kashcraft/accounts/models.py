"""Users, roles and invitations of staff, login sessions and saved addresses."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.accounts.rules import Role as Role
from kashcraft.core.db import CreatedAt, Id, Mapped, Model, UpdatedAt, enum_column, mapped_column, primary_key
from kashcraft.core.ids import InvitationId, UserId


class AddressType(StrEnum):
    """The use of an address."""

    SHIPPING = "shipping"
    BILLING = "billing"


class User(Model):
    """A user with an account. ``email_key`` is the normalized address that signs in.

    A member of staff with ``staff_suspended_at`` keeps the roles and has none of their rights.
    """

    __tablename__ = "users"
    __table_args__ = (sa.CheckConstraint("email_key = lower(email_key)", name="email_key"),)

    id: Mapped[UserId] = primary_key()
    email: Mapped[str | None] = mapped_column(sa.String(254))
    email_key: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    email_confirmed_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    full_name: Mapped[str] = mapped_column(sa.String(120), default="")
    locale: Mapped[str] = mapped_column(sa.String(12), default="en_US")
    referral_code: Mapped[str | None] = mapped_column(sa.String(16), unique=True)
    secret_version: Mapped[int] = mapped_column(default=1)
    staff_suspended_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    roles: Mapped[list[UserRole]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def display_name(self) -> str:
        """Return the name that pages show."""
        return self.full_name or (self.email or "").split("@")[0]

    @property
    def is_confirmed(self) -> bool:
        """Return whether the e-mail address is confirmed."""
        return self.email_confirmed_at is not None


class UserRole(Model):
    """One role of a member of staff."""

    __tablename__ = "user_roles"

    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = enum_column(Role, "role", primary_key=True)


class StaffInvitation(Model):
    """An invitation to join the staff. Its link names the ``version``, so a new link replaces earlier ones.

    ``roles`` are the values of roles. Only one invitation of an address is open.
    """

    __tablename__ = "staff_invitations"
    __table_args__ = (
        sa.CheckConstraint("email_key = lower(email_key)", name="email_key"),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        sa.Index(
            "uq_staff_invitations_open",
            "email_key",
            unique=True,
            sqlite_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[InvitationId] = primary_key()
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254))
    roles: Mapped[list[str]] = mapped_column(sa.JSON)
    version: Mapped[int] = mapped_column(default=1)
    invited_by: Mapped[UserId | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UserId | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class LoginSession(Model):
    """One browser that is signed in. Ending the session signs it out."""

    __tablename__ = "login_sessions"

    id: Mapped[Id]
    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(sa.String(200), default="")
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class SavedAddress(Model):
    """An address of a user's address book, in the fields that its country uses."""

    __tablename__ = "saved_addresses"
    __table_args__ = (
        sa.CheckConstraint("length(country) = 2 AND country = upper(country)", name="country"),
        sa.CheckConstraint("usage_count >= 0", name="usage_count"),
        sa.Index(
            "uq_saved_addresses_default",
            "user_id",
            "type",
            unique=True,
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        ),
        sa.Index("ix_saved_addresses_user_id_type_is_default", "user_id", "type", "is_default"),
    )

    id: Mapped[Id]
    user_id: Mapped[UserId] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[AddressType] = enum_column(AddressType, "type", index=True)
    label: Mapped[str | None] = mapped_column(sa.String(40))
    full_name: Mapped[str] = mapped_column(sa.String(120))
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    street_address: Mapped[str] = mapped_column(sa.String(200))
    street_address2: Mapped[str | None] = mapped_column(sa.String(200))
    city: Mapped[str] = mapped_column(sa.String(120), default="")
    state: Mapped[str] = mapped_column(sa.String(120), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(20), default="")
    country: Mapped[str] = mapped_column(sa.String(2), index=True)
    is_default: Mapped[bool] = mapped_column(default=False)
    is_residential: Mapped[bool] = mapped_column(default=True)
    is_verified: Mapped[bool] = mapped_column(default=False)
    last_used_at: Mapped[datetime | None]
    usage_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
