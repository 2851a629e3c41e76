"""Reactions of vouchers to events."""

from __future__ import annotations

from kashcraft.accounts import queries as accounts
from kashcraft.events.accounts import CustomerRegistered
from kashcraft.vouchers import services


def assign_guest_uses(event: CustomerRegistered) -> None:
    """Assign the uses that a new customer made as a guest to the account, so that limits include them."""
    user = accounts.find_user(event.user_id)
    if user is not None and user.email:
        services.assign_guest_uses(user_id=user.id, email=user.email)
