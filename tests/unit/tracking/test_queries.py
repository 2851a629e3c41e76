"""Tracking events are read from the table in use and the archive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.tracking import jobs, queries
from tests.factories.rows import add_row


def test_events_are_listed_alike_before_and_after_archiving(
    database: Flask, frozen: FrozenClock, count_statements: Any
) -> None:
    long_ago = clock.now() - timedelta(days=200)
    with step():
        order = add_row("orders")
        add_row("order_trackings", order_id=order)
        parcel = add_row("parcels", order_id=order, carrier="ups", tracking_number="1Z999")
        add_row("tracking_events", order_id=order, status="delivered", occurred_at=clock.now())
        add_row("tracking_events", order_id=order, parcel_id=parcel, status="in_transit",
              occurred_at=long_ago + timedelta(hours=2))  # fmt: skip
        add_row("tracking_events", order_id=order, parcel_id=parcel, status="shipped",
              occurred_at=long_ago + timedelta(hours=3))  # fmt: skip
        add_row("tracking_events", order_id=order, status="processing", occurred_at=long_ago)
        add_row("tracking_events", occurred_at=long_ago)
    before = queries.list_events(order)
    jobs.archive_events()
    with count_statements() as seen:
        after = queries.list_events(order)

    assert after == before
    assert [(event.status, event.tracking_number) for event in after] == [
        ("processing", None),
        ("shipped", "1Z999"),
        ("in_transit", "1Z999"),
        ("delivered", None),
    ]
    assert len(seen) == 1
    assert queries.list_events(new_id()) == []
