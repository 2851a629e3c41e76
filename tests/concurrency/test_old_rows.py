"""Old rows are archived or deleted once, however many runs work concurrently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.blog import jobs as blog_jobs
from kashcraft.blog.models import BlogPost, BlogViewDay, BlogViewMonth
from kashcraft.books import queries as books
from kashcraft.core import clock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.upsert_totals import add_up
from kashcraft.inventory import jobs as stock_jobs
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind, Inventory
from kashcraft.search import jobs as search_jobs
from kashcraft.search import services as search
from kashcraft.search.models import SearchClick, SearchDaily, SearchHistory
from kashcraft.tracking import jobs as tracking_jobs
from kashcraft.tracking import services as tracking
from kashcraft.tracking.models import (
    TrackingEvent,
    TrackingEventArchive,
    TrackingNotification,
    TrackingStatus,
)
from kashcraft.tracking.rules import ReportedEvent
from kashcraft.waitlist import jobs as waitlist_jobs
from kashcraft.waitlist import services as waitlist
from kashcraft.waitlist.models import Waitlist, WaitlistDaily
from tests.factories.orders import draft_of, placed, stocked
from tests.factories.rows import add_row
from tests.support.races import at_once

LONG_AGO = datetime(2025, 1, 15, 12, tzinfo=clock.now().tzinfo)


def count(model: type[Any], *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def small_steps(some: Callable[..., Any], limit: int = 7) -> Callable[[], None]:
    """Return a run of a job in small steps, so that concurrent runs meet in the middle."""

    def run() -> None:
        while in_step(lambda: some(limit=limit)):
            pass

    return run


def test_days_are_merged_into_months_once(database: Flask) -> None:
    with step():
        posts = [add_row("blog_posts", view_count=60 * 3) for _ in range(2)]
        for number in range(60):
            for post in posts:
                add_row(
                    "blog_view_days", post_id=post, day=date(2024, 1, 1) + timedelta(days=number), views=3
                )
    at_once(database, [*[small_steps(blog_jobs.services.roll_up_views)] * 3, blog_jobs.roll_up_views])
    assert count(BlogViewDay) == 0
    rows = db.session.execute(sa.select(BlogViewMonth.post_id, BlogViewMonth.month, BlogViewMonth.views))
    assert {(row.post_id, row.month): row.views for row in rows} == {
        (post, month): 3 * days for post in posts for month, days in ((1, 31), (2, 29))
    }
    assert books.list_differences() == []


def test_views_counted_while_days_are_merged_are_not_lost(database: Flask) -> None:
    days: Any = BlogViewDay.__table__
    with step():
        post = add_row("blog_posts")

    def read() -> None:
        for number in range(20):
            with step() as session:
                add_up(days, {(post, date(2024, 1, 1 + number % 4)): {"views": 1}})
                session.execute(sa.update(BlogPost).values(view_count=BlogPost.view_count + 1))

    at_once(database, [read, read, *[small_steps(blog_jobs.services.roll_up_views, 1)] * 3])
    blog_jobs.roll_up_views()
    assert (count(BlogViewDay), db.session.scalar(sa.select(BlogViewMonth.views))) == (0, 40)
    assert books.list_differences() == []


def test_searches_are_counted_once(database: Flask) -> None:
    with step():
        for number in range(60):
            made = add_row(
                "search_histories", timestamp=LONG_AGO, normalised_query=("shawl", "box")[number % 2],
                session_hash="of-that-day",
            )  # fmt: skip
            add_row("search_clicks", search_id=made)
    purges = [small_steps(search.purge_searches)] * 3
    at_once(database, [*purges, search_jobs.purge_searches, small_steps(search.anonymise_searches)])
    search_jobs.purge_searches()
    assert (count(SearchHistory), count(SearchClick)) == (0, 0)
    table = SearchDaily
    rows = db.session.execute(sa.select(table.normalised_query, table.searches, table.clicks))
    assert sorted(tuple(row) for row in rows) == [("box", 30, 30), ("shawl", 30, 30)]


def test_waiting_list_entries_are_counted_once(database: Flask) -> None:
    with step():
        shawl = add_row("products")
        for _ in range(60):
            add_row("waitlists", product_id=shawl, status="purchased", ended_at=LONG_AGO, added_at=LONG_AGO)
    at_once(database, [*[small_steps(waitlist.purge_ended)] * 3, waitlist_jobs.purge_ended])
    waitlist_jobs.purge_ended()
    assert (count(Waitlist), db.session.scalar(sa.select(WaitlistDaily.entries))) == (0, 60)


def test_an_expired_hold_is_released_once_and_its_unit_sold_once(database: Flask) -> None:
    bowls = [stocked(1) for _ in range(6)]
    for bowl in bowls:
        with step():
            entry = add_row("waitlists", product_id=bowl.id, status="notified", notified_at=LONG_AGO)
            stock.hold(
                holder_kind=HolderKind.WAITLIST, holder_id=entry, lines=[(bowl.id, 1)],
                expires_at=clock.now(),
            )  # fmt: skip

    drafts = [draft_of([(bowl, 1)], email=f"{bowl.id}@shop.example") for bowl in bowls]

    def buy() -> None:
        for draft in drafts:
            in_step(lambda draft=draft: placed(draft).id)  # type: ignore[misc]

    at_once(database, [*[waitlist_jobs.end_lapsed] * 3, stock_jobs.release_expired, buy])
    waitlist_jobs.end_lapsed()
    assert count(Waitlist, Waitlist.cancel_reason == "lapsed") == 6
    assert list(db.session.scalars(sa.select(Inventory.reserved))) == [1] * 6
    assert books.list_differences() == []


def reports(order: UUID) -> list[ReportedEvent]:
    """Return events of a carrier for an order, all of them old."""
    return [
        ReportedEvent(
            order_id=order, status=TrackingStatus.IN_TRANSIT, description="Passed a hub",
            carrier_event_code="HUB", occurred_at=LONG_AGO + timedelta(hours=number), carrier="ups",
            carrier_event_id=f"e-{number}",
        )
        for number in range(40)
    ]  # fmt: skip


def test_events_repeated_while_they_are_archived_are_not_stored_again(
    database: Flask,
) -> None:
    with step():
        order = add_row("orders")
        add_row("order_trackings", order_id=order)
        for report in reports(order):
            event = tracking.record_event(report=report)
            assert event is not None
            add_row("tracking_notifications", order_id=order, event_id=event.id, status="failed")

    def repeat() -> list[object]:
        return [
            in_step(lambda report=report: tracking.record_event(report=report))
            for report in reports(order)  # type: ignore[misc]
        ]

    runs = [*[small_steps(tracking.archive_events, 3)] * 2, tracking_jobs.archive_events]
    answers = at_once(database, [*runs, repeat, repeat])
    assert [set(answer) for answer in answers[3:]] == [{None}, {None}]
    tracking_jobs.archive_events()
    assert (count(TrackingEvent), count(TrackingEventArchive)) == (0, 40)
    assert count(TrackingNotification, TrackingNotification.archive_id.is_not(None)) == 40


def test_a_new_event_that_arrives_concurrently_is_stored_once(database: Flask) -> None:
    with step():
        order = add_row("orders")
        add_row("order_trackings", order_id=order)

    def arrive() -> int:
        return sum(
            in_step(lambda report=report: tracking.record_event(report=report)) is not None  # type: ignore[misc]
            for report in reports(order)
        )

    answers = at_once(database, [arrive] * 4 + [small_steps(tracking.archive_events, 3)])
    tracking_jobs.archive_events()
    assert sum(answers[:4]) == 40
    assert (count(TrackingEvent), count(TrackingEventArchive)) == (0, 40)
