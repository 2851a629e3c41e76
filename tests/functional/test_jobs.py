"""Cleanup jobs delete expired rows and no others, in batches, and can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft import wiring
from kashcraft.blog import services as blog
from kashcraft.cart import services as cart
from kashcraft.core import clock, jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import Base, db, in_step, step
from kashcraft.quick_buy import services as quick_buy
from kashcraft.search import services as search
from kashcraft.tracking import services as tracking
from kashcraft.waitlist import services as waitlist
from tests.factories.rows import add_row
from tests.support.server import ROOT

SECOND = timedelta(seconds=1)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def ago(days: int, more: timedelta = timedelta()) -> datetime:
    """Return the moment so many days and ``more`` ago."""
    return clock.now() - timedelta(days=days) - more


def outbox_rows() -> set[UUID]:
    """Write finished, pending and failed rows; return those that stay."""
    add_row("outbox", payload={}, done_at=ago(30, SECOND))
    return {
        add_row("outbox", payload={}, done_at=ago(30)),
        add_row("outbox", payload={}, due_at=ago(90)),
        add_row("outbox", payload={}, failed_at=ago(90)),
    }


def carts() -> set[UUID]:
    """Write carts of guests and members; return those that stay."""
    old = ago(60, SECOND)
    left = add_row("carts", updated_at=old)
    add_row("cart_lines", cart_id=left, updated_at=old)
    add_row("cart_codes", cart_id=left)
    add_row("checkouts", cart_id=left)
    changed = add_row("carts", updated_at=old)
    add_row("cart_lines", cart_id=changed, updated_at=ago(59))
    return {
        changed,
        add_row("carts", updated_at=ago(60)),
        add_row("carts", updated_at=old, user_id=add_row("users")),
        add_row("carts", updated_at=old, pending_order_id=add_row("orders")),
    }


def searches() -> set[UUID]:
    """Write searches; return those that stay."""
    old = add_row("search_histories", timestamp=ago(90, SECOND))
    add_row("search_clicks", search_id=old)
    return {add_row("search_histories", timestamp=ago(90)), add_row("search_histories", timestamp=ago(0))}


def people_who_waited() -> set[UUID]:
    """Write entries of the waiting list; return those that stay."""
    old = ago(30, SECOND)
    add_row("waitlists", email="a@shop.example", status="purchased", ended_at=old)
    add_row("waitlists", email="b@shop.example", status="cancelled", cancel_reason="left", ended_at=old)
    return {
        add_row("waitlists", email="c@shop.example", status="purchased", ended_at=ago(30)),
        add_row("waitlists", email="d@shop.example", added_at=ago(400)),
        add_row("waitlists", email="e@shop.example", status="notified", notified_at=ago(90)),
    }


@dataclass(frozen=True)
class Purge:
    """A job, its table, and a function that writes rows and returns those that stay."""

    job: str
    table: str
    write: Callable[[], set[UUID]]


PURGES = (
    Purge("jobs.purge", "outbox", outbox_rows),
    Purge("cart.purge_abandoned", "carts", carts),
    Purge("search.purge_searches", "search_histories", searches),
    Purge("waitlist.purge_ended", "waitlists", people_who_waited),
)


def ids(table: str) -> set[UUID]:
    return set(db.session.scalars(sa.select(Base.metadata.tables[table].c.id)))


@pytest.mark.parametrize("purge", PURGES, ids=lambda purge: purge.job)
def test_expired_rows_are_deleted_and_a_second_run_changes_nothing(
    database: Flask, frozen: FrozenClock, purge: Purge
) -> None:
    with step():
        stays = purge.write()
    assert ids(purge.table) > stays
    for _ in range(2):
        jobs.find(purge.job)()
        db.session.rollback()
        assert ids(purge.table) == stays


BATCHES: tuple[tuple[str, dict[str, Any], Callable[..., int]], ...] = (
    ("carts", {"updated_at": LONG_AGO}, cart.purge_abandoned),
    ("search_histories", {"timestamp": LONG_AGO}, search.purge_searches),
    ("search_histories", {"timestamp": LONG_AGO, "session_hash": "of-that-day"}, search.anonymise_searches),
    ("tracking_events", {"occurred_at": LONG_AGO}, tracking.archive_events),
    ("blog_view_days", {"day": LONG_AGO.date()}, blog.roll_up_views),
    (
        "waitlists",
        {"email": "a@shop.example", "status": "purchased",
         "ended_at": LONG_AGO},
        waitlist.purge_ended,
    ),
    (
        "quick_checkout_sessions",
        {"expires_at": LONG_AGO, "status": "active"},
        quick_buy.expire_due,
    ),
)  # fmt: skip


@pytest.mark.parametrize(("table", "values", "some"), BATCHES, ids=[batch[2].__name__ for batch in BATCHES])
def test_a_step_deletes_at_most_one_batch(
    database: Flask, frozen: FrozenClock, table: str, values: dict[str, Any], some: Callable[..., int]
) -> None:
    with step():
        for _ in range(5):
            add_row(table, **values)
    assert [in_step(partial(some, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


def test_deleting_a_cart_deletes_its_lines_codes_and_checkout(database: Flask, frozen: FrozenClock) -> None:
    with step():
        stays = carts()
    jobs.find("cart.purge_abandoned")()
    lines = db.session.scalars(sa.select(Base.metadata.tables["cart_lines"].c.cart_id)).all()
    assert set(lines) <= stays
    assert (ids("cart_codes"), ids("checkouts")) == (set(), set())


def test_quick_checkout_sessions_expire(database: Flask, frozen: FrozenClock) -> None:
    table = Base.metadata.tables["quick_checkout_sessions"]
    with step():
        over = add_row("quick_checkout_sessions", expires_at=clock.now(), status="active")
        runs = add_row("quick_checkout_sessions", expires_at=clock.now() + SECOND, status="active")
        left = add_row("quick_checkout_sessions", expires_at=clock.now(), status="cancelled")
    for _ in range(2):
        jobs.find("quick_buy.expire_due")()
        db.session.rollback()
        states = {row.id: row.status for row in db.session.execute(sa.select(table.c.id, table.c.status))}
        assert states == {over: "expired", runs: "active", left: "cancelled"}


def test_every_schedule_is_documented(app: Flask) -> None:
    text = (ROOT / "docs" / "operating.md").read_text()
    missing = [entry.task.name for entry in wiring.SCHEDULES if f"| `{entry.task.name}` |" not in text]
    assert missing == []
