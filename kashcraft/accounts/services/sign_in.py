"""Registration, confirmation of e-mail addresses, sign-in and sign-out, and new passwords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from kashcraft.accounts.models import LoginSession, User
from kashcraft.core import activity_log, bus, clock, jobs
from kashcraft.core.db import db, insert_into, rows_changed
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import UserId, new_reference, new_token, token_hash
from kashcraft.events.accounts import CustomerRegistered, EmailConfirmed, SignedIn
from kashcraft.notifications import services as notifications

LOGIN_TIME = timedelta(days=30)
SESSION_RETENTION = timedelta(days=30)
REFERRAL_LENGTH = 8


class AlreadyRegistered(DomainError):
    """The address has a confirmed account."""


@jobs.reference("accounts.answer_registration")
def registration_email(
    *, email: str, full_name: str, referred_by_code: str | None, onward: str | None, occasion: str
) -> None:
    """Send the e-mail about a registration; ``accounts.jobs`` calls ``send_registration_email``."""


@jobs.reference("accounts.answer_forgotten")
def password_reset_email(*, email: str, occasion: str) -> None:
    """Send a password reset e-mail; ``accounts.jobs`` calls ``send_password_reset_email``."""


def request_account(
    *, email: str, full_name: str, referred_by_code: str | None = None, onward: str | None = None
) -> None:
    """Queue the e-mail that answers a registration, whether or not the address has an account.

    The work is the same for every address, so that neither the response nor its duration reveals who is a
    customer. ``referred_by_code`` is a referral code, ``onward`` the page to continue to.
    """
    registration_email.enqueue(
        email=email.strip(),
        full_name=full_name,
        referred_by_code=referred_by_code,
        onward=onward,
        occasion=new_token(),
    )


def send_registration_email(
    *, email: str, full_name: str, referred_by_code: str | None, onward: str | None, occasion: str
) -> None:
    """Queue the e-mail with the confirmation link, or one that says that the account exists.

    No account is created before the link is followed; the entered data are stored in the signed link only.
    ``occasion`` identifies the request, so that its e-mail is sent once.
    """
    known = _by_email(email)
    if known is not None and known.is_confirmed:
        _write_to(known, "account_exists", f"exists:{occasion}")
        return
    notifications.queue_message(
        kind="confirm_email",
        recipient=email,
        key=f"confirm:{occasion}",
        context={"email": email, "claims": [email, full_name, referred_by_code, onward]},
    )


def register(
    *,
    email: str,
    password_hash: str,
    full_name: str,
    locale: str = "en_US",
    referred_by_code: str | None = None,
) -> User:
    """Create the account of a customer who has confirmed the address, and return it.

    An account with the address that was never confirmed is taken over, with this password and name. The
    unique index decides, so that two concurrent requests create one account. ``referred_by_code`` is a
    referral code. Raises AlreadyRegistered.
    """
    values = {
        "password_hash": password_hash, "full_name": full_name, "locale": locale,
        "email_confirmed_at": clock.now(),
    }  # fmt: skip
    inserted = insert_into(User).values(email=email.strip(), email_key=normalized_address(email), **values)
    user: User | None = db.session.scalar(
        inserted.on_conflict_do_update(
            index_elements=["email_key"],
            set_={**values, "secret_version": User.secret_version + 1, "updated_at": clock.now()},
            where=User.email_confirmed_at.is_(None),
        ).returning(User),
        execution_options={"populate_existing": True},
    )
    if user is None:
        raise AlreadyRegistered("already_registered")
    bus.publish(EmailConfirmed(user_id=user.id))
    bus.publish(CustomerRegistered(user_id=user.id, referred_by_code=referred_by_code))
    activity_log.note("account", action="registered", user_id=user.id)
    return user


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session: its token, and the reports of event handlers for the browser."""

    token: str
    reports: tuple[object, ...] = ()


def sign_in(
    *, user_id: UserId, user_agent: str, guest_tokens: Mapping[str, str] | None = None
) -> OpenedSession:
    """Open a session for a browser and return its token with the reports of event handlers.

    Only a hash of the token is stored. ``guest_tokens`` are the tokens of guest data such as the cart, by the
    names of their cookies.
    """
    token = new_token()
    db.session.add(
        LoginSession(
            user_id=user_id,
            token_hash=token_hash(token),
            user_agent=user_agent[:200],
            expires_at=clock.now() + LOGIN_TIME,
        )
    )
    reports = bus.publish(SignedIn(user_id=user_id, guest_tokens=guest_tokens or {}))
    activity_log.note("account", action="signed_in", user_id=user_id)
    return OpenedSession(token, reports)


def sign_out(*, token: str) -> bool:
    """End the session of ``token``. Return whether it was open."""
    ended = (
        sa.update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    return rows_changed(db.session.execute(ended)) == 1


def end_sessions(*, user_id: UserId) -> None:
    """End all sessions of a user, whose next request is anonymous."""
    db.session.execute(
        sa.update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def purge_sessions(*, limit: int) -> int:
    """Delete up to ``limit`` sessions that expired more than 30 days ago; return their number.

    Sessions that were ended by signing out are deleted too, once they have expired.
    """
    over = (
        sa.select(LoginSession.id)
        .where(LoginSession.expires_at < clock.now() - SESSION_RETENTION)
        .order_by(LoginSession.expires_at)
        .limit(limit)
    )
    expired = sa.delete(LoginSession).where(LoginSession.id.in_(over))
    return rows_changed(db.session.execute(expired.execution_options(synchronize_session=False)))


def request_password_reset(*, email: str) -> None:
    """Queue the password reset e-mail, whether or not the address has an account.

    The work is the same for every address, so that neither the response nor its duration reveals who is a
    customer.
    """
    password_reset_email.enqueue(email=email, occasion=new_token())


def send_password_reset_email(*, email: str, occasion: str) -> None:
    """Queue the e-mail with the reset link if the address has an account, once per ``occasion``."""
    user = _by_email(email)
    if user is not None:
        _write_to(user, "password_reset", f"reset:{occasion}", version=user.secret_version)


def set_password(*, user_id: UserId, version: int, password_hash: str) -> User:
    """Set a new password with a reset link of ``version``, confirm the address, and end all sessions.

    A link works once, and its use invalidates all earlier links. Raises NotFound for a used or outdated link.
    """
    changed = rows_changed(
        db.session.execute(
            sa.update(User)
            .where(User.id == user_id, User.secret_version == version, User.erased_at.is_(None))
            .values(
                password_hash=password_hash,
                secret_version=version + 1,
                email_confirmed_at=sa.func.coalesce(User.email_confirmed_at, clock.now()),
            )
        )
    )
    if not changed:
        raise NotFound("link_outdated")
    end_sessions(user_id=user_id)
    bus.publish(EmailConfirmed(user_id=user_id))
    activity_log.note("account", action="password_changed", user_id=user_id)
    return db.session.get_one(User, user_id)


def rehash_password(*, user_id: UserId, password_hash: str) -> None:
    """Store the hash of the same password with the current parameters."""
    db.session.execute(sa.update(User).where(User.id == user_id).values(password_hash=password_hash))


def give_referral_code(*, user_id: UserId) -> None:
    """Create the referral code of a user, once."""
    code = new_reference("R", REFERRAL_LENGTH).removeprefix("R-")
    db.session.execute(
        sa.update(User).where(User.id == user_id, User.referral_code.is_(None)).values(referral_code=code)
    )


def _by_email(email: str) -> User | None:
    return db.session.scalar(
        sa.select(User).where(User.email_key == normalized_address(email), User.erased_at.is_(None))
    )


def _write_to(user: User, kind: str, key: str, **context: object) -> None:
    notifications.queue_message(
        kind=kind,
        recipient=user.email or "",
        key=key,
        user_id=user.id,
        locale=user.locale,
        context={"user_id": str(user.id), **context},
    )
