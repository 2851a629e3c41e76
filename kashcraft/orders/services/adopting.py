"""Orders of a guest who turns out to have an account."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import db, rows_changed
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.ids import UserId
from kashcraft.orders.models import Order


def adopt_guest_orders(*, user_id: UserId, email: str) -> int:
    """Give a person every order that was placed as a guest with ``email``; return how many.

    To be called only once the address is proven to be theirs. An order that was paid as a guest's earned no
    points and earns none afterwards; one that is paid later earns as any other.
    """
    guests = sa.update(Order).where(Order.email_key == normalized_address(email), Order.user_id.is_(None))
    return rows_changed(
        db.session.execute(guests.values(user_id=user_id).execution_options(synchronize_session=False))
    )
