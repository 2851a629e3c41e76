"""Reads of tracking events."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kashcraft.core import autocommit
from kashcraft.core.ids import OrderId
from kashcraft.tracking.models import Parcel, TrackingEvent, TrackingEventArchive
from kashcraft.tracking.rules import JourneyEvent


def list_events(order_id: OrderId) -> list[JourneyEvent]:
    """Return all events of an order, archived events included, in order.

    One statement, whatever the number of events and parcels.
    """
    both = sa.union_all(*(_events(table, order_id) for table in (TrackingEvent, TrackingEventArchive)))
    return sorted(
        (JourneyEvent(*row) for row in autocommit.rows(both)), key=lambda event: event.sequence_number
    )


def _events(
    table: type[TrackingEvent] | type[TrackingEventArchive], order_id: OrderId
) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            table.id,
            table.parcel_id,
            Parcel.tracking_number,
            table.status,
            table.severity,
            table.occurred_at,
            table.description,
            table.location,
            table.city,
            table.state,
            table.country,
        )
        .outerjoin(Parcel, Parcel.id == table.parcel_id)
        .where(table.order_id == order_id)
    )
