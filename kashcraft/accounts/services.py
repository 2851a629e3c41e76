"""Opening accounts, proving an e-mail address, signing in and out, new passwords, the address book."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.accounts.models import AddressType, LoginSession, Role, SavedAddress, User, UserRole
from kashcraft.core import bus, clock
from kashcraft.core.db import db, insert_into, rows_changed
from kashcraft.core.emails import comparable
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_reference, new_token, token_hash
from kashcraft.events.accounts import CustomerRegistered, SignedIn
from kashcraft.notifications import services as notifications

LOGIN_TIME = timedelta(days=30)
KEPT_TIME = timedelta(days=30)
REFERRAL_LENGTH = 8


def register(
    *,
    email: str,
    password_hash: str,
    full_name: str,
    locale: str = "en_US",
    referred_by_code: str | None = None,
) -> User | None:
    """Open an account and write the letter that confirms its address; return it.

    Where the address has an account already nothing is opened, its owner gets a letter that says so, and None
    is returned: what the page answers is the same, so nobody learns who is a customer. The unique index
    decides, so that two requests at once open one account. ``referred_by_code`` is that of a friend's link.
    """
    opened = insert_into(User).values(
        email=email.strip(),
        email_key=comparable(email),
        password_hash=password_hash,
        full_name=full_name,
        locale=locale,
    )
    user: User | None = db.session.scalar(
        opened.on_conflict_do_nothing(index_elements=["email_key"]).returning(User)
    )
    if user is None:
        known = _by_email(email)
        if known is not None:
            _write_to(known, "account_exists", f"exists:{known.id}:{clock.now():%Y%m%d%H}")
        return None
    send_confirmation(user=user)
    bus.publish(CustomerRegistered(user_id=user.id, referred_by_code=referred_by_code))
    return user


def send_confirmation(*, user: User) -> None:
    """Write the letter with the link that confirms the address, at most once in ten minutes."""
    moment = clock.now()
    _write_to(user, "confirm_email", f"confirm:{user.id}:{moment:%Y%m%d%H}{moment.minute // 10}")


def resend_confirmation(*, user_id: UUID) -> None:
    """Write the confirming letter once more, for somebody who signs in before having confirmed."""
    send_confirmation(user=db.session.get_one(User, user_id))


def confirm_email(*, user_id: UUID, email: str) -> User:
    """Note that the address is theirs.

    Raises NotFound when the account is gone or has another address by now, and
    DomainError('already_confirmed') when it was confirmed before: a link proves its reader only once.
    """
    same = (User.id == user_id, User.email_key == comparable(email), User.erased_at.is_(None))
    confirmed = rows_changed(
        db.session.execute(
            sa.update(User)
            .where(*same, User.email_confirmed_at.is_(None))
            .values(email_confirmed_at=clock.now())
        )
    )
    user = db.session.scalar(sa.select(User).where(*same))
    if user is None:
        raise NotFound("link_outdated")
    if not confirmed:
        raise DomainError("already_confirmed")
    return user


def sign_in(*, user_id: UUID, user_agent: str, cart_token: str | None = None) -> str:
    """Open a session for a browser and return its token, which is stored as a hash only."""
    token = new_token()
    db.session.add(
        LoginSession(
            user_id=user_id,
            token_hash=token_hash(token),
            user_agent=user_agent[:200],
            expires_at=clock.now() + LOGIN_TIME,
        )
    )
    bus.publish(SignedIn(user_id=user_id, cart_token=cart_token))
    return token


def sign_out(*, token: str) -> bool:
    """End the session of ``token``; return whether it was open."""
    ended = (
        sa.update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    return rows_changed(db.session.execute(ended)) == 1


def purge_sessions(*, limit: int) -> int:
    """Delete up to ``limit`` sessions that expired more than 30 days ago; return how many.

    Those that were ended before go with them: a session expires, too, when its browser signed out.
    """
    over = (
        sa.select(LoginSession.id)
        .where(LoginSession.expires_at < clock.now() - KEPT_TIME)
        .order_by(LoginSession.expires_at)
        .limit(limit)
    )
    gone = sa.delete(LoginSession).where(LoginSession.id.in_(over))
    return rows_changed(db.session.execute(gone.execution_options(synchronize_session=False)))


def request_password_reset(*, email: str) -> None:
    """Write the letter with the reset link when the address has an account; say nothing either way."""
    user = _by_email(email)
    if user is not None:
        moment = clock.now()
        _write_to(user, "password_reset", f"reset:{user.id}:{moment:%Y%m%d%H%M}", version=user.secret_version)


def set_password(*, user_id: UUID, version: int, password_hash: str) -> User:
    """Set a new password with a reset link of ``version``, confirm the address, and sign out everywhere.

    A link works once. Raises NotFound for a used or outdated one.
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
    db.session.execute(
        sa.update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    return db.session.get_one(User, user_id)


def rehash_password(*, user_id: UUID, password_hash: str) -> None:
    """Store the same password under today's parameters."""
    db.session.execute(sa.update(User).where(User.id == user_id).values(password_hash=password_hash))


def give_referral_code(*, user_id: UUID) -> None:
    """Give a person the code of their own referral link, once."""
    code = new_reference("R", REFERRAL_LENGTH).removeprefix("R-")
    db.session.execute(
        sa.update(User).where(User.id == user_id, User.referral_code.is_(None)).values(referral_code=code)
    )


def grant_role(*, user_id: UUID, role: Role) -> None:
    """Make a person a member of staff in ``role``; granting it again changes nothing."""
    if db.session.get(UserRole, (user_id, role)) is None:
        db.session.add(UserRole(user_id=user_id, role=role))


def save_address(
    *, user_id: UUID, kind: AddressType, address: dict[str, Any], is_default: bool
) -> SavedAddress:
    """Add an address to the book, unless it is there, and return it; a new default replaces the old one.

    ``address`` has the fields of ``accounts.rules.Address``. Raises DomainError('address_incomplete') without
    a street.
    """
    if not address.get("street_address"):
        raise DomainError("address_incomplete", field="street_address")
    if is_default:
        db.session.execute(
            sa.update(SavedAddress)
            .where(SavedAddress.user_id == user_id, SavedAddress.type == kind, SavedAddress.is_default)
            .values(is_default=False)
        )
    book = db.session.scalars(
        sa.select(SavedAddress).where(SavedAddress.user_id == user_id, SavedAddress.type == kind)
    ).all()
    for saved in book:
        if all((getattr(saved, name) or "") == (value or "") for name, value in address.items()):
            saved.is_default = saved.is_default or is_default
            return saved
    saved = SavedAddress(user_id=user_id, type=kind, is_default=is_default, **address)
    db.session.add(saved)
    return saved


def _by_email(email: str) -> User | None:
    return db.session.scalar(
        sa.select(User).where(User.email_key == comparable(email), User.erased_at.is_(None))
    )


def _write_to(user: User, kind: str, key: str, **context: Any) -> None:
    notifications.queue_message(
        kind=kind,
        recipient=user.email or "",
        key=key,
        user_id=user.id,
        locale=user.locale,
        context={"user_id": str(user.id), "name": user.display_name, "email": user.email, **context},
    )
