"""Entries whose hold lapses end; ended entries are counted in the totals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft import wiring
from kashcraft.core import bus, clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.events.inventory import StockFreed
from kashcraft.inventory import jobs as stock_jobs
from kashcraft.inventory import queries as stock_queries
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind
from kashcraft.waitlist import jobs, services
from kashcraft.waitlist.models import Waitlist
from tests.factories.orders import stocked
from tests.factories.rows import add_row

DAY = timedelta(hours=24)


def notified_entry(product_id: UUID, *, held: bool = True, **more: Any) -> UUID:
    """Write an entry that was notified now and whose unit is held for a day; return its id."""
    with step():
        entry: UUID = add_row(
            "waitlists", product_id=product_id, status="notified", notified_at=clock.now(), **more
        )
        if held:
            stock.hold(
                holder_kind=HolderKind.WAITLIST,
                holder_id=entry,
                lines=[(product_id, 1)],
                expires_at=clock.now() + DAY,
            )
    return entry


def state(entry: UUID) -> tuple[str, str | None, Any]:
    row = db.session.execute(
        sa.select(Waitlist.status, Waitlist.cancel_reason, Waitlist.ended_at).where(Waitlist.id == entry)
    ).one()
    db.session.rollback()
    return tuple(row)


def free(product_id: UUID) -> int:
    return stock_queries.get_free_units([product_id])[product_id]


def test_a_lapsed_hold_is_released_and_its_entry_ends(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(1)
    entry = notified_entry(bowl.id)
    frozen.advance(hours=23, minutes=59)
    jobs.end_lapsed()
    assert state(entry) == ("notified", None, None)
    ended = frozen.advance(minutes=1)
    for _ in range(2):
        jobs.end_lapsed()
        assert state(entry) == ("cancelled", "lapsed", ended)
        row = db.session.execute(sa.text("SELECT quantity, reserved FROM inventories")).one()
        assert tuple(row) == (1, 0)
        db.session.rollback()
        frozen.advance(hours=1)


def test_an_entry_ends_when_its_hold_was_released_before(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(1)
    entry = notified_entry(bowl.id)
    frozen.advance(hours=24)
    stock_jobs.release_expired()
    jobs.end_lapsed()
    assert state(entry)[:2] == ("cancelled", "lapsed")
    assert free(bowl.id) == 1


@pytest.fixture
def freed(database: Flask) -> Iterator[list[tuple[StockFreed, list[str]]]]:
    """Return the published StockFreed events, each with the statuses on the waiting list at that moment."""
    published: list[tuple[StockFreed, list[str]]] = []

    def listen(event: StockFreed) -> None:
        published.append((event, list(db.session.scalars(sa.select(Waitlist.status)))))

    bus.connect({**wiring.REACTIONS, StockFreed: bus.Wiring(in_step=(listen,))}, set())
    yield published
    bus.connect(wiring.REACTIONS, wiring.published())


def test_units_are_reported_free_after_the_entry_has_ended(
    frozen: FrozenClock, freed: list[tuple[StockFreed, list[str]]]
) -> None:
    bowl = stocked(1)
    notified_entry(bowl.id)
    frozen.advance(hours=24)
    freed.clear()
    jobs.end_lapsed()
    assert freed == [(StockFreed(bowl.id, quantity=1), ["cancelled"])]


def test_a_unit_that_an_order_has_taken_over_stays_with_the_order(
    database: Flask, frozen: FrozenClock
) -> None:
    bowl = stocked(1)
    entry = notified_entry(bowl.id)
    frozen.advance(hours=23, minutes=59)
    with step():
        stock.transfer_holds(
            from_kind=HolderKind.WAITLIST, from_id=entry, to_kind=HolderKind.ORDER, to_id=new_id()
        )
    frozen.advance(minutes=70)
    jobs.end_lapsed()
    assert state(entry)[0] == "notified"
    frozen.advance(minutes=1)
    jobs.end_lapsed()
    assert state(entry)[:2] == ("cancelled", "lapsed")
    assert db.session.scalar(sa.text("SELECT reserved FROM inventories")) == 1


def test_a_purchased_unit_has_not_lapsed(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(1)
    entry = notified_entry(bowl.id)
    with step():
        order = add_row("orders")
        stock.confirm(holder_kind=HolderKind.WAITLIST, holder_id=entry, order_id=order)
    frozen.advance(days=3)
    jobs.end_lapsed()
    assert state(entry)[0] == "notified"


def test_active_entries_stay(database: Flask, frozen: FrozenClock) -> None:
    with step():
        waiting = add_row("waitlists", added_at=clock.now())
    frozen.advance(days=400)
    jobs.end_lapsed()
    assert state(waiting) == ("active", None, None)


def figures() -> dict[tuple[UUID, date, str], tuple[int, int, int]]:
    """Return (entries, notified, days waited) by product, day and outcome."""
    rows = db.session.execute(sa.select(services.DAILY))
    return {(row.product_id, row.day, row.outcome): tuple(row)[3:] for row in rows}


def test_ended_entries_are_counted_by_product_and_day(database: Flask, frozen: FrozenClock) -> None:
    ended = clock.now() - timedelta(days=30, seconds=1)
    joined = ended - timedelta(days=10)
    freed = ended - timedelta(days=2)
    with step():
        shawl, bowl = add_row("products"), add_row("products")
        of_shawl = {"product_id": shawl, "ended_at": ended, "added_at": joined}
        gone = {"status": "cancelled"}
        add_row("waitlists", **of_shawl, status="purchased", notified_at=freed)
        add_row("waitlists", **of_shawl, status="purchased", notified_at=freed)
        add_row("waitlists", **of_shawl, **gone, cancel_reason="lapsed", notified_at=freed)
        add_row("waitlists", **of_shawl, **gone, cancel_reason="left")
        add_row("waitlists", **(of_shawl | {"product_id": bowl}), **gone, cancel_reason="archived")
        add_row("waitlists", **(of_shawl | {"ended_at": ended + timedelta(seconds=1)}), **gone,
              cancel_reason="left")  # fmt: skip
    day = date(2026, 1, 31)
    for _ in range(2):
        jobs.purge_ended()
        assert figures() == {
            (shawl, day, "purchased"): (2, 2, 16),
            (shawl, day, "lapsed"): (1, 1, 8),
            (shawl, day, "left"): (1, 0, 10),
            (bowl, day, "archived"): (1, 0, 10),
        }
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Waitlist)) == 1
        db.session.rollback()


def test_a_killed_run_continues_without_counting_twice(database: Flask, frozen: FrozenClock) -> None:
    ended = clock.now() - timedelta(days=31)
    with step():
        shawl = add_row("products")
        for _ in range(5):
            add_row("waitlists", product_id=shawl, status="purchased", ended_at=ended, added_at=ended)
    with step():
        assert services.purge_ended(limit=2) == 2
    with pytest.raises(KeyboardInterrupt), step():
        assert services.purge_ended(limit=2) == 2
        raise KeyboardInterrupt
    assert [entries for entries, _, _ in figures().values()] == [2]
    db.session.rollback()
    jobs.purge_ended()
    assert [entries for entries, _, _ in figures().values()] == [5]
