"""Archiving of tracking events by the job, in batches."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.tracking import jobs
from kashcraft.tracking.models import TrackingEvent, TrackingEventArchive, TrackingStatus
from tests.factories.rows import add_row

# One more than one batch.
MANY = 501


def test_every_event_older_than_half_a_year_is_archived(database: Flask, frozen: FrozenClock) -> None:
    old = clock.now() - timedelta(days=184, seconds=1)
    with step():
        order = add_row("orders")
        add_row("order_trackings", order_id=order)
        moments = [old + timedelta(microseconds=number) for number in range(MANY)]
        rows = [
            {
                "id": new_id(), "order_id": order, "status": TrackingStatus.IN_TRANSIT,
                "description": "On the way", "carrier_event_code": f"E{number}", "occurred_at": moment,
                "received_at": moment,
            }
            for number, moment in enumerate([*moments, clock.now()])
        ]  # fmt: skip
        db.session.execute(sa.insert(TrackingEvent), rows)

    for _ in range(2):
        jobs.archive_events()
        counts = [
            db.session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (TrackingEvent, TrackingEventArchive)
        ]
        assert counts == [1, MANY]
        db.session.rollback()
