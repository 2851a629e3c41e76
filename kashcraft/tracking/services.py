"""Events of a journey: entered once and for all, and moved out of the way when they are old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, insert_into, table_of
from kashcraft.core.ids import new_id
from kashcraft.notifications.models import MessageStatus
from kashcraft.tracking.models import TrackingEvent, TrackingEventArchive, TrackingNotification
from kashcraft.tracking.rules import ReportedEvent

EVENTS = table_of(TrackingEvent)
ARCHIVE = table_of(TrackingEventArchive)
NOTICES = table_of(TrackingNotification)
# No half of a year is longer.
KEPT_FOR = timedelta(days=184)


def enter_event(*, report: ReportedEvent) -> TrackingEvent | None:
    """Write an event down and return it, or None where it is known already, from the archive too.

    Whoever gets None moves nothing and tells nobody. Two or three statements. Raises IntegrityError where the
    order has no journey.
    """
    row = {"id": new_id(), **asdict(report)}
    entered = db.session.execute(
        insert_into(EVENTS).values(row).on_conflict_do_nothing().returning(EVENTS.c.id)
    ).scalar()
    if entered is None:
        return None
    # Asked after the row is in: whoever was archiving the same event has then ended, and the archive has it.
    if db.session.scalar(sa.select(_in_archive(report))):
        db.session.execute(sa.delete(EVENTS).where(EVENTS.c.id == entered))
        return None
    return db.session.get_one(TrackingEvent, entered)


def _in_archive(report: ReportedEvent) -> sa.Exists:
    return sa.exists().where(*(ARCHIVE.c[name] == value for name, value in report.key.items()))


def archive_events(*, older_than: timedelta = KEPT_FOR, limit: int = 500) -> int:
    """Move up to ``limit`` events that happened longer ago than that into the archive; return how many.

    The journey and its parcels carry their own status and stay as they are; notifications follow their event.
    One that somebody is still to be told of stays.
    """
    ids = _old_events(clock.now() - older_than, limit)
    if ids:
        shared = [column.name for column in ARCHIVE.c if column.name in EVENTS.c]
        moment = sa.literal(clock.now(), ARCHIVE.c.archived_at.type)
        old = sa.select(*(EVENTS.c[name] for name in shared), moment).where(EVENTS.c.id.in_(ids))
        db.session.execute(sa.insert(ARCHIVE).from_select([*shared, "archived_at"], old))
        followed = sa.update(NOTICES).where(NOTICES.c.event_id.in_(ids))
        db.session.execute(followed.values(archive_id=NOTICES.c.event_id, event_id=None))
        db.session.execute(sa.delete(EVENTS).where(EVENTS.c.id.in_(ids)))
    return len(ids)


def _old_events(before: datetime, limit: int) -> Sequence[UUID]:
    """Return events to move, locked; those that another step works on are left to it."""
    owed = sa.exists().where(
        TrackingNotification.event_id == TrackingEvent.id,
        TrackingNotification.status == MessageStatus.PENDING,
    )
    return db.session.scalars(
        sa.select(TrackingEvent.id)
        .where(TrackingEvent.occurred_at < before, ~owed)
        .order_by(TrackingEvent.occurred_at, TrackingEvent.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
