"""Sessions of quick checkout expire in portions."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.quick_buy import jobs, services
from kashcraft.quick_buy.models import QuickCheckoutSession, SessionStatus
from tests.factories.rows import add_row


def open_sessions(number: int, *, lasts: timedelta = timedelta(minutes=30)) -> None:
    with step():
        for _ in range(number):
            add_row("quick_checkout_sessions", status="active", expires_at=clock.now() + lasts)


def expire(limit: int) -> int:
    with step():
        return services.expire_due(limit=limit)


def states() -> dict[SessionStatus, int]:
    db.session.rollback()
    counts = sa.select(QuickCheckoutSession.status, sa.func.count()).group_by(QuickCheckoutSession.status)
    return dict(tuple(row) for row in db.session.execute(counts))


def test_a_session_expires_at_its_moment_and_not_before(database: Flask, frozen: FrozenClock) -> None:
    open_sessions(1)

    frozen.advance(minutes=29, seconds=59)
    assert expire(10) == 0
    frozen.advance(seconds=1)
    assert (expire(10), expire(10)) == (1, 0)
    assert states() == {SessionStatus.EXPIRED: 1}


def test_one_step_is_limited_and_the_job_expires_all(database: Flask, frozen: FrozenClock) -> None:
    open_sessions(3)
    open_sessions(1, lasts=timedelta(hours=1))
    frozen.advance(minutes=30)

    assert expire(2) == 2
    jobs.expire_due()
    assert states() == {SessionStatus.EXPIRED: 3, SessionStatus.ACTIVE: 1}


def test_the_oldest_sessions_expire_first(database: Flask, frozen: FrozenClock) -> None:
    open_sessions(1, lasts=timedelta(minutes=2))
    open_sessions(1, lasts=timedelta(minutes=1))
    first = frozen.moment + timedelta(minutes=1)
    frozen.advance(minutes=5)

    assert expire(1) == 1
    ended = sa.select(QuickCheckoutSession.expires_at).where(
        QuickCheckoutSession.status == SessionStatus.EXPIRED
    )
    assert db.session.scalars(ended).all() == [first]
