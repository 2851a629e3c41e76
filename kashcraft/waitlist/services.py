"""Changes to the waiting list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from datetime import timedelta

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, table_of
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.core.settings import settings
from kashcraft.core.upsert_totals import add_up
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind, InventoryReservation, ReservationStatus
from kashcraft.waitlist.models import CancelReason, Waitlist, WaitlistDaily, WaitlistStatus, WaitOutcome

RETENTION = timedelta(days=30)
ENDED = (WaitlistStatus.PURCHASED, WaitlistStatus.CANCELLED)
DAILY = table_of(WaitlistDaily)


def end_lapsed() -> Waitlist | None:
    """End one entry whose hold has lapsed, release its unit, and return the entry, None without one.

    One at a time, because a step locks holds before stock: StockFreed reports the unit, and its handlers
    offer it to the next customer.
    """
    now = clock.now()
    entry = db.session.scalars(
        sa.select(Waitlist)
        .where(Waitlist.status == WaitlistStatus.NOTIFIED, *_has_lapsed())
        .order_by(Waitlist.notified_at, Waitlist.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if entry is None:
        return None
    entry.status, entry.cancel_reason, entry.ended_at = WaitlistStatus.CANCELLED, CancelReason.LAPSED, now
    # Flushed before the release: handlers of StockFreed must not find this entry waiting.
    db.session.flush()
    stock.release(holder_kind=HolderKind.WAITLIST, holder_id=entry.id)
    return entry


def _has_lapsed() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of a notified entry whose hold has ended.

    An entry whose hold was taken over by an order has none of its own; it gets the time in which that order
    can be paid.
    """
    now = clock.now()
    own = (
        InventoryReservation.holder_kind == HolderKind.WAITLIST,
        InventoryReservation.holder_id == Waitlist.id,
    )
    sold = InventoryReservation.status == ReservationStatus.CONFIRMED
    runs = sa.and_(
        InventoryReservation.status == ReservationStatus.ACTIVE, InventoryReservation.expires_at > now
    )
    longest = settings().waitlist_hold_time + settings().longest_hold_time
    return (
        ~sa.exists().where(*own, sa.or_(sold, runs)),
        sa.or_(sa.exists().where(*own), Waitlist.notified_at <= now - longest),
    )


def purge_ended(*, older_than: timedelta = RETENTION, limit: int = 1000) -> int:
    """Delete up to ``limit`` entries that ended longer ago than ``older_than``; return how many.

    They are added to the totals of their product and day in the same step. Entries that another transaction
    has locked are skipped.
    """
    ids = db.session.scalars(
        sa.select(Waitlist.id)
        .where(Waitlist.status.in_(ENDED), Waitlist.ended_at < clock.now() - older_than)
        .order_by(Waitlist.ended_at, Waitlist.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    deleted = sa.delete(Waitlist).where(Waitlist.id.in_(ids)).returning(Waitlist)
    figures: dict[tuple[Hashable, ...], Counter[str]] = defaultdict(Counter)
    for entry in db.session.scalars(deleted.execution_options(synchronize_session=False)):
        assert entry.ended_at is not None, "a CHECK requires the end of ended entries"
        day = entry.ended_at.astimezone(settings().zone).date()
        figures[entry.product_id, day, WaitOutcome.of(entry)].update(
            entries=1, notified=int(entry.notified_at is not None), days_waited=entry.wait_date
        )
    add_up(DAILY, figures)
    return len(ids)


def export_personal_data(*, person: Individual) -> Export:
    """Return the entries of a person. One statement."""
    entries = sa.select(
        Waitlist.product_id, Waitlist.email, Waitlist.phone, Waitlist.status, Waitlist.added_at,
        Waitlist.ended_at,
    )  # fmt: skip
    return {"entries": read_rows(entries.where(_is_of(person)).order_by(Waitlist.added_at, Waitlist.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Delete the entries of a person; the holds of their units lapse."""
    run_erasures(sa.delete(Waitlist).where(_is_of(person)))


def _is_of(person: Individual) -> sa.ColumnElement[bool]:
    return person.owns(Waitlist.user_id, Waitlist.email)
