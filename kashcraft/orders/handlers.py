"""Reactions of orders to events of other packages."""

from __future__ import annotations

from kashcraft.accounts import queries as accounts
from kashcraft.events.accounts import EmailConfirmed
from kashcraft.orders import services


def adopt_guest_orders(event: EmailConfirmed) -> None:
    """Assign guest orders to the account that has confirmed their e-mail address."""
    user = accounts.find_user(event.user_id)
    if user is not None and user.email:
        services.adopt_guest_orders(user_id=user.id, email=user.email)
