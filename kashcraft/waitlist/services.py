"""What can be done to the waiting list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from datetime import timedelta

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, table_of
from kashcraft.core.settings import settings
from kashcraft.core.upsert_totals import add_up
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind, InventoryReservation, ReservationStatus
from kashcraft.waitlist.models import CancelReason, Waitlist, WaitlistDaily, WaitlistStatus, WaitOutcome

KEPT_FOR = timedelta(days=30)
ENDED = (WaitlistStatus.PURCHASED, WaitlistStatus.CANCELLED)
DAILY = table_of(WaitlistDaily)


def end_lapsed() -> Waitlist | None:
    """End one entry whose person let the held piece lapse, give the piece back, and return the entry.

    None where there is none. One at a time, because a step takes holds before stock: StockFreed tells of the
    piece, and whoever passes it on to the next person listens to that.
    """
    now = clock.now()
    entry = db.session.scalars(
        sa.select(Waitlist)
        .where(Waitlist.status == WaitlistStatus.NOTIFIED, *_is_over())
        .order_by(Waitlist.notified_at, Waitlist.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if entry is None:
        return None
    entry.status, entry.cancel_reason, entry.ended_at = WaitlistStatus.CANCELLED, CancelReason.LAPSED, now
    # Written before the hold is given back: those who hear of the piece find this person gone.
    db.session.flush()
    stock.release(holder_kind=HolderKind.WAITLIST, holder_id=entry.id)
    return entry


def _is_over() -> tuple[sa.ColumnElement[bool], ...]:
    """Return what is true of a notified entry whose time is over: its hold has ended, by whomever.

    One whose hold an order has taken over has none any more, and is given the time that order has to be paid.
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


def purge_ended(*, older_than: timedelta = KEPT_FOR, limit: int = 1000) -> int:
    """Delete up to ``limit`` entries that ended longer ago than that; return how many.

    They are added to the figures of their product and day in the same step. Entries that another step works
    on are left to it.
    """
    ids = db.session.scalars(
        sa.select(Waitlist.id)
        .where(Waitlist.status.in_(ENDED), Waitlist.ended_at < clock.now() - older_than)
        .order_by(Waitlist.ended_at, Waitlist.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    gone = sa.delete(Waitlist).where(Waitlist.id.in_(ids)).returning(Waitlist)
    figures: dict[tuple[Hashable, ...], Counter[str]] = defaultdict(Counter)
    for entry in db.session.scalars(gone.execution_options(synchronize_session=False)):
        assert entry.ended_at is not None, "a CHECK keeps the end of what has ended"
        day = entry.ended_at.astimezone(settings().zone).date()
        figures[entry.product_id, day, WaitOutcome.of(entry)].update(
            entries=1, notified=int(entry.notified_at is not None), days_waited=entry.wait_date
        )
    add_up(DAILY, figures)
    return len(ids)
