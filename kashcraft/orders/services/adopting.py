"""Assignment of guest orders to an account."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import db, rows_changed
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.ids import UserId
from kashcraft.orders.models import Order


def adopt_guest_orders(*, user_id: UserId, email: str) -> int:
    """Assign all guest orders of ``email`` to an account; return their number.

    Call it only after the account has confirmed this address. Orders that were paid before earn no
    points; orders that are paid later earn points as usual.
    """
    guests = sa.update(Order).where(Order.email_key == normalized_address(email), Order.user_id.is_(None))
    return rows_changed(
        db.session.execute(guests.values(user_id=user_id).execution_options(synchronize_session=False))
    )
