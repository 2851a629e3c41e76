"""Old sessions are deleted."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts import jobs
from kashcraft.accounts.models import LoginSession
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from tests.factories.rows import add_row


def test_sessions_that_expired_a_month_ago_are_deleted(database: Flask, frozen: FrozenClock) -> None:
    month, second = timedelta(days=30), timedelta(seconds=1)
    with step():
        add_row("login_sessions", expires_at=clock.now() - month - second)
        remaining = {add_row("login_sessions", expires_at=clock.now() - month), add_row("login_sessions")}
    jobs.purge_sessions()

    assert set(db.session.scalars(sa.select(LoginSession.id))) == remaining
