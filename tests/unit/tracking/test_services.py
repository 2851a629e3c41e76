"""Recording of tracking events, and archiving of events with their notifications."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import selectinload

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.ids import new_id
from kashcraft.tracking import jobs, services
from kashcraft.tracking.models import (
    OrderTracking,
    Parcel,
    TrackingEvent,
    TrackingEventArchive,
    TrackingNotification,
    TrackingStatus,
)
from kashcraft.tracking.rules import ReportedEvent
from tests.factories.rows import add_row

HALF_A_YEAR = timedelta(days=184)
SECOND = timedelta(seconds=1)


def old(more: timedelta = SECOND) -> datetime:
    """Return a time that much longer ago than half a year."""
    return clock.now() - HALF_A_YEAR - more


def journey() -> tuple[UUID, UUID]:
    """Create an order that was delivered long ago; return it and its parcel."""
    with step():
        order = add_row("orders")
        add_row("order_trackings", order_id=order, current_status="delivered", actual_delivery=old())
        parcel = add_row(
            "parcels", order_id=order, status="delivered", carrier="ups", tracking_number="1Z999",
            delivered_at=old(),
        )  # fmt: skip
    return order, parcel


def report(order: UUID, parcel: UUID | None = None, **more: Any) -> ReportedEvent:
    """Return a carrier's event of a parcel that left its hub."""
    reported = ReportedEvent(
        order_id=order, parcel_id=parcel, status=TrackingStatus.IN_TRANSIT, description="Left the hub",
        carrier_event_code="DEP", occurred_at=old(), carrier="ups", carrier_event_id="e-1", city="Leh",
        country="IN",
    )  # fmt: skip
    return replace(reported, **more)


def entered(reported: ReportedEvent) -> UUID | None:
    event = in_step(lambda: services.record_event(report=reported))
    return event.id if event else None


def ids(table: Any) -> set[UUID]:
    return set(db.session.scalars(sa.select(table.id)))


def test_an_event_is_stored_with_all_reported_values(database: Flask, frozen: FrozenClock) -> None:
    order, parcel = journey()
    reported = report(order, parcel)
    event = in_step(lambda: services.record_event(report=reported))
    assert event is not None
    assert {name: getattr(event, name) for name in ReportedEvent.__dataclass_fields__} == {
        name: getattr(reported, name) for name in ReportedEvent.__dataclass_fields__
    }
    assert event.received_at == clock.now()


def test_events_older_than_half_a_year_are_archived_unchanged(database: Flask, frozen: FrozenClock) -> None:
    order, parcel = journey()
    moved = entered(report(order, parcel))
    stays = entered(report(order, parcel, carrier_event_id="e-2", occurred_at=old(timedelta())))
    before = db.session.execute(sa.select(services.EVENTS).where(services.EVENTS.c.id == moved)).one()
    db.session.rollback()
    for _ in range(2):
        jobs.archive_events()
        assert (ids(TrackingEvent), ids(TrackingEventArchive)) == ({stays}, {moved})
    after = db.session.execute(sa.select(services.ARCHIVE)).one()
    columns = [column.name for column in services.EVENTS.c]
    assert [getattr(after, name) for name in columns] == [getattr(before, name) for name in columns]
    assert after.archived_at == clock.now()


def test_archiving_does_not_change_trackings_and_parcels(database: Flask, frozen: FrozenClock) -> None:
    order, parcel = journey()
    entered(report(order, parcel))
    tables = (OrderTracking.__table__, Parcel.__table__)
    before = [db.session.execute(sa.select(table)).all() for table in tables]
    db.session.rollback()
    frozen.advance(days=1)
    jobs.archive_events()
    assert [db.session.execute(sa.select(table)).all() for table in tables] == before


REPEATS = {
    "by the carrier's id": {},
    "by the carrier's id, with another time and code": {"occurred_at": None, "carrier_event_code": "DP2"},
    "by parcel, code and time": {"carrier_event_id": None},
    "by order, code and time": {"carrier_event_id": None, "carrier": None, "parcel_id": None},
}


@pytest.mark.parametrize("archived", [False, True], ids=["in use", "archived"])
@pytest.mark.parametrize("how", REPEATS)
def test_a_repeated_event_is_not_stored_again(
    database: Flask, frozen: FrozenClock, how: str, archived: bool
) -> None:
    order, parcel = journey()
    change: dict[str, Any] = REPEATS[how]
    unnamed = {name: None for name in change if name != "occurred_at" and change[name] is None}
    first = report(order, parcel, **unnamed)
    again = replace(first, **{**change, **({"occurred_at": clock.now()} if "occurred_at" in change else {})})
    event = entered(first)
    if archived:
        jobs.archive_events()
    assert entered(again) is None
    assert ids(TrackingEvent) | ids(TrackingEventArchive) == {event}


def test_a_new_event_of_an_archived_tracking_is_stored(database: Flask, frozen: FrozenClock) -> None:
    order, parcel = journey()
    entered(report(order, parcel))
    entered(report(order, parcel, carrier_event_id=None))
    jobs.archive_events()
    later = report(order, parcel, carrier_event_id=None, occurred_at=clock.now())
    others = [
        entered(reported)
        for reported in (
            report(order, parcel, carrier_event_id="e-2"),
            report(order, parcel, carrier="dhl"),
            later,
            replace(later, carrier_event_code="ARR"),
            replace(later, parcel_id=None),
        )
    ]
    assert None not in others
    assert ids(TrackingEvent) == set(others)


def test_notifications_follow_their_event_into_the_archive(database: Flask, frozen: FrozenClock) -> None:
    order, parcel = journey()
    event = entered(report(order, parcel))
    with step():
        notice = add_row(
            "tracking_notifications", order_id=order, event_id=event, status="sent", sent_at=clock.now()
        )
        add_row("tracking_notifications", order_id=order, event_id=event, status="failed")
    jobs.archive_events()
    read = sa.select(TrackingNotification).where(TrackingNotification.id == notice)
    load = (selectinload(TrackingNotification.event), selectinload(TrackingNotification.archived_event))
    found = db.session.scalars(read.options(*load)).one()
    assert (found.event_id, found.archive_id) == (None, event)
    assert found.event_type is TrackingStatus.IN_TRANSIT
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TrackingNotification)) == 2


def test_an_event_with_a_pending_notification_is_not_archived(database: Flask, frozen: FrozenClock) -> None:
    order, parcel = journey()
    event = entered(report(order, parcel))
    with step():
        notice = add_row("tracking_notifications", order_id=order, event_id=event, status="pending")
    jobs.archive_events()
    assert ids(TrackingEvent) == {event}
    with step() as session:
        table = services.NOTIFICATIONS
        session.execute(sa.update(table).where(table.c.id == notice).values(status="failed"))
    jobs.archive_events()
    assert (ids(TrackingEvent), ids(TrackingEventArchive)) == (set(), {event})


def test_an_interrupted_run_changes_nothing(database: Flask, frozen: FrozenClock) -> None:
    order, parcel = journey()
    events = {entered(report(order, parcel, carrier_event_id=f"e-{number}")) for number in range(3)}
    with pytest.raises(KeyboardInterrupt), step():
        assert services.archive_events(limit=2) == 2
        raise KeyboardInterrupt
    assert (ids(TrackingEvent), ids(TrackingEventArchive)) == (events, set())
    jobs.archive_events()
    assert (ids(TrackingEvent), ids(TrackingEventArchive)) == (set(), events)


def test_an_order_without_a_tracking_cannot_have_events(database: Flask) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        entered(report(new_id()))
