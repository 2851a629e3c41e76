"""The order of a waiting list, and the days of waiting."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import undefer

from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.waitlist.models import Waitlist
from tests.factories.rows import NOW, add_row


def positions() -> dict[UUID, int | None]:
    """Return each entry's position in the list."""
    entries = db.session.scalars(sa.select(Waitlist).options(undefer(Waitlist.position)))
    return {entry.id: entry.position for entry in entries}


@pytest.mark.usefixtures("database")
def test_entries_are_in_the_order_of_joining_for_each_product() -> None:
    with step():
        shawl = add_row("products")
        second = add_row("waitlists", product_id=shawl, added_at=NOW + timedelta(minutes=1))
        first = add_row("waitlists", product_id=shawl, added_at=NOW)
        elsewhere = add_row("waitlists", added_at=NOW)
    assert positions() == {first: 1, second: 2, elsewhere: 1}


@pytest.mark.usefixtures("database")
def test_platinum_members_come_first() -> None:
    with step():
        shawl, noor, amir = add_row("products"), add_row("users"), add_row("users")
        add_row("loyalty_accounts", user_id=noor, current_tier="platinum")
        add_row("loyalty_accounts", user_id=amir, current_tier="gold")
        guest = add_row("waitlists", product_id=shawl, added_at=NOW)
        gold = add_row("waitlists", product_id=shawl, user_id=amir, added_at=NOW + timedelta(minutes=1))
        platinum = add_row("waitlists", product_id=shawl, user_id=noor, added_at=NOW + timedelta(minutes=2))
    assert positions() == {platinum: 1, guest: 2, gold: 3}


@pytest.mark.usefixtures("database")
def test_entries_that_do_not_wait_have_no_position() -> None:
    with step():
        shawl = add_row("products")
        notified = add_row("waitlists", product_id=shawl, status="notified", notified_at=NOW, added_at=NOW)
        waiting = add_row("waitlists", product_id=shawl, added_at=NOW + timedelta(minutes=1))
    assert positions() == {notified: None, waiting: 1}


def test_days_are_counted_until_the_notification(frozen: clock.FrozenClock) -> None:
    entry = Waitlist(added_at=NOW - timedelta(days=9, hours=23))
    assert entry.wait_date == 9
    frozen.advance(hours=1)
    assert entry.wait_date == 10
    entry.notified_at = NOW - timedelta(days=4)
    assert entry.wait_date == 5
    entry.notified_at = entry.added_at - timedelta(seconds=1)
    assert entry.wait_date == 0
