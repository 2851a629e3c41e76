"""Accounts, and browsers that are signed in to them."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts import services
from kashcraft.accounts.models import Role, User
from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.core.signing import sign
from tests.conftest import browser

_numbers = count(1)


def person(*roles: Role, email: str | None = None) -> UUID:
    """Create a confirmed account with these roles (a customer has none) and return its id."""
    address = email or f"person{next(_numbers)}@shop.example"
    with step() as session:
        user = User(
            email=address,
            email_key=address,
            full_name="Asha Bhat",
            email_confirmed_at=clock.now(),
            roles=[],
        )
        session.add(user)
        session.flush()  # roles refer to the account
        for role in roles:
            services.grant_role(user_id=user.id, role=role)
        return user.id


def an_invitation(email: str, *roles: Role) -> str:
    """Invite an address to these roles (else as support) and return the token of the link."""
    with step():
        invited = services.invite_staff(email=email, roles=roles or [Role.SUPPORT])
        return sign("staff_invitation", [str(invited.id), invited.version])


def signed_in(app: Flask, *roles: Role, user_id: UUID | None = None) -> FlaskClient:
    """Return a new browser that is signed in to this account, or to a new one with these roles.

    Call it without an application context, which would keep one user for all requests.
    """
    with app.app_context():
        identity = user_id or person(*roles)
        with step():
            token = services.sign_in(user_id=identity, user_agent="a test").token
    client = browser(app)
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client
