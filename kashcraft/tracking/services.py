"""Recording of tracking events, and archiving of old ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, insert_into, table_of
from kashcraft.core.ids import new_id
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.notifications.models import MessageStatus
from kashcraft.tracking.models import TrackingEvent, TrackingEventArchive, TrackingNotification
from kashcraft.tracking.rules import ReportedEvent

EVENTS = table_of(TrackingEvent)
ARCHIVE = table_of(TrackingEventArchive)
NOTIFICATIONS = table_of(TrackingNotification)
# The longest half of a year.
RETENTION = timedelta(days=184)


def record_event(*, report: ReportedEvent) -> TrackingEvent | None:
    """Insert an event and return it, or None if it is already known, including from the archive.

    A caller that gets None changes nothing and sends no notification. Two or three statements. Raises
    IntegrityError if the order has no tracking.
    """
    row = {"id": new_id(), **asdict(report)}
    inserted = db.session.execute(
        insert_into(EVENTS).values(row).on_conflict_do_nothing().returning(EVENTS.c.id)
    ).scalar()
    if inserted is None:
        return None
    # Checked after the insert: a concurrent step that was archiving the same event has finished by then.
    if db.session.scalar(sa.select(_in_archive(report))):
        db.session.execute(sa.delete(EVENTS).where(EVENTS.c.id == inserted))
        return None
    return db.session.get_one(TrackingEvent, inserted)


def _in_archive(report: ReportedEvent) -> sa.Exists:
    return sa.exists().where(*(ARCHIVE.c[name] == value for name, value in report.key.items()))


def archive_events(*, older_than: timedelta = RETENTION, limit: int = 500) -> int:
    """Move up to ``limit`` events older than ``older_than`` to the archive; return their number.

    Trackings and parcels store their own status and do not change. Notifications follow their event. An
    event with a pending notification is not moved.
    """
    ids = _old_events(clock.now() - older_than, limit)
    if ids:
        shared = [column.name for column in ARCHIVE.c if column.name in EVENTS.c]
        moment = sa.literal(clock.now(), ARCHIVE.c.archived_at.type)
        old = sa.select(*(EVENTS.c[name] for name in shared), moment).where(EVENTS.c.id.in_(ids))
        db.session.execute(sa.insert(ARCHIVE).from_select([*shared, "archived_at"], old))
        moved = sa.update(NOTIFICATIONS).where(NOTIFICATIONS.c.event_id.in_(ids))
        db.session.execute(moved.values(archive_id=NOTIFICATIONS.c.event_id, event_id=None))
        db.session.execute(sa.delete(EVENTS).where(EVENTS.c.id.in_(ids)))
    return len(ids)


def _old_events(before: datetime, limit: int) -> Sequence[UUID]:
    """Return events to move, locked; events that another step is changing are skipped."""
    has_pending_notification = sa.exists().where(
        TrackingNotification.event_id == TrackingEvent.id,
        TrackingNotification.status == MessageStatus.PENDING,
    )
    return db.session.scalars(
        sa.select(TrackingEvent.id)
        .where(TrackingEvent.occurred_at < before, ~has_pending_notification)
        .order_by(TrackingEvent.occurred_at, TrackingEvent.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def export_personal_data(*, person: Individual) -> Export:
    """Return the notifications about parcels that a person has got. One statement."""
    sent = sa.select(
        TrackingNotification.channel, TrackingNotification.recipient, TrackingNotification.message,
        TrackingNotification.sent_at,
    )  # fmt: skip
    own = sent.where(sa.func.lower(TrackingNotification.recipient) == person.email_key)
    return {"notifications": read_rows(own.order_by(TrackingNotification.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Delete the notifications that a person has got about parcels."""
    to_person = sa.func.lower(TrackingNotification.recipient) == person.email_key
    run_erasures(sa.delete(TrackingNotification).where(to_person))
