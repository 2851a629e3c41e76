"""The jobs of the waiting list run until nothing is left to do."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.waitlist import jobs
from kashcraft.waitlist.models import CancelReason, Waitlist, WaitlistDaily, WaitlistStatus
from tests.factories.catalogue import make_product

# One more than a step takes.
MANY = 1001


def test_every_entry_that_ended_a_month_ago_becomes_a_total(database: Flask, frozen: FrozenClock) -> None:
    product = make_product()
    old = clock.now() - timedelta(days=30, seconds=1)
    rows = [
        {
            "id": new_id(), "product_id": product.id, "email": f"person{number}@shop.example",
            "status": WaitlistStatus.CANCELLED, "cancel_reason": CancelReason.LEFT, "added_at": old,
            "ended_at": ended,
        }
        for number, ended in enumerate([old] * MANY + [clock.now()])
    ]  # fmt: skip
    with step():
        db.session.execute(sa.insert(Waitlist), rows)

    jobs.purge_ended()

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Waitlist)) == 1
    assert db.session.scalars(sa.select(WaitlistDaily.entries)).all() == [MANY]
