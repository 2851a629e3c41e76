"""What vouchers do when others tell something."""

from __future__ import annotations

from kashcraft.accounts import queries as accounts
from kashcraft.events.accounts import CustomerRegistered
from kashcraft.vouchers import services


def assign_guest_uses(event: CustomerRegistered) -> None:
    """Count what the new customer used as a guest as theirs, so that an account is no second helping."""
    user = accounts.find_user(event.user_id)
    if user is not None and user.email:
        services.assign_guest_uses(user_id=user.id, email=user.email)
