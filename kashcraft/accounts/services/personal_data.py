"""An account in the export of personal data, and its erasure: who it was goes, that it was stays."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.accounts.models import LoginSession, SavedAddress, StaffInvitation, User, UserRole
from kashcraft.core import activity_log, clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures


def export_personal_data(*, person: Individual) -> Export:
    """Return a person's account, addresses, sessions and invitations to the staff: four statements."""
    invited = sa.select(StaffInvitation.email, StaffInvitation.roles, StaffInvitation.created_at)
    own_invitations = invited.where(StaffInvitation.email_key == person.email_key)
    invitations = read_rows(own_invitations.order_by(StaffInvitation.id))
    if person.user_id is None:
        return {"invitations": invitations}
    account = sa.select(User.email, User.full_name, User.locale, User.referral_code, User.created_at)
    addresses = sa.select(
        SavedAddress.type, SavedAddress.label, SavedAddress.full_name, SavedAddress.phone, SavedAddress.email,
        SavedAddress.street_address, SavedAddress.street_address2, SavedAddress.city, SavedAddress.state,
        SavedAddress.postal_code, SavedAddress.country, SavedAddress.created_at,
    )  # fmt: skip
    sessions = sa.select(LoginSession.user_agent, LoginSession.created_at, LoginSession.ended_at)
    own_addresses = addresses.where(SavedAddress.user_id == person.user_id).order_by(SavedAddress.id)
    own_sessions = sessions.where(LoginSession.user_id == person.user_id).order_by(LoginSession.id)
    return {
        "account": read_rows(account.where(User.id == person.user_id)),
        "addresses": read_rows(own_addresses),
        "sessions": read_rows(own_sessions),
        "invitations": invitations,
    }


def erase_personal_data(*, person: Individual) -> None:
    """Delete sessions, addresses and invitations of a person, and empty the account, which ends it.

    Its row stays for orders and ledgers. Raises DomainError('staff_account') for a member of staff, whose
    roles have to be taken away first.
    """
    run_erasures(sa.delete(StaffInvitation).where(StaffInvitation.email_key == person.email_key))
    if person.user_id is None:
        return
    if db.session.scalar(sa.select(sa.exists().where(UserRole.user_id == person.user_id))):
        raise DomainError("staff_account")
    empty = {
        "email": None, "email_key": None, "email_confirmed_at": None, "password_hash": None, "full_name": "",
        "referral_code": None, "secret_version": User.secret_version + 1, "erased_at": clock.now(),
    }  # fmt: skip
    run_erasures(
        sa.delete(LoginSession).where(LoginSession.user_id == person.user_id),
        sa.delete(SavedAddress).where(SavedAddress.user_id == person.user_id),
        sa.update(User).where(User.id == person.user_id).values(empty),
    )
    activity_log.note("account", action="erased", user_id=person.user_id)
