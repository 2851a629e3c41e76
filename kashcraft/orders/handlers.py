"""What orders do when others tell something."""

from __future__ import annotations

from kashcraft.accounts import queries as accounts
from kashcraft.events.accounts import EmailConfirmed
from kashcraft.orders import services


def adopt_guest_orders(event: EmailConfirmed) -> None:
    """Give a person what was ordered as a guest with the address that is proven to be theirs now."""
    user = accounts.find_user(event.user_id)
    if user is not None and user.email:
        services.adopt_guest_orders(user_id=user.id, email=user.email)
