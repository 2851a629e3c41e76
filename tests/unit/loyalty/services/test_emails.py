"""E-mails to members about points that expire."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.core import clock, jobs
from kashcraft.core.db import db, step
from kashcraft.loyalty import jobs as member_jobs
from kashcraft.loyalty import services
from kashcraft.loyalty.models import PointsHistory
from kashcraft.notifications.models import Message
from tests.factories.members import bought, member, spent

pytestmark = pytest.mark.usefixtures("database", "frozen")


def notices() -> list[tuple[int, list[tuple[str, int]]]]:
    """Run the job twice and return (points, [(day, points)]) of the e-mails so far."""
    for _ in range(2):
        member_jobs.notify_of_expiry()
    rows = db.session.scalars(
        sa.select(Message).where(Message.template == "points_expiring").order_by(Message.id)
    ).all()
    return [
        (row.context["points"], [(item["day"], item["points"]) for item in row.context["days"]])
        for row in rows
    ]


def test_member_is_notified_once_a_month_before_a_lot_expires(frozen: clock.FrozenClock) -> None:
    member(700)
    frozen.advance(days=365 - 31)
    assert notices() == []
    frozen.advance(days=1)
    assert notices() == [(700, [("March 2, 2027", 700)])]
    frozen.advance(days=20)
    assert len(notices()) == 1


def test_one_email_covers_two_months_of_expiry(frozen: clock.FrozenClock) -> None:
    user_id = member(100)
    frozen.advance(days=20)
    bought(user_id, 40_00)
    frozen.advance(days=40)
    bought(user_id, 30_00)
    frozen.advance(days=365 - 60 - 30)
    assert notices() == [(140, [("March 2, 2027", 100), ("March 22, 2027", 40)])]
    frozen.advance(days=59)
    assert len(notices()) == 1
    frozen.advance(days=1)
    assert notices()[1:] == [(30, [("May 1, 2027", 30)])]


def test_spent_points_are_not_announced(frozen: clock.FrozenClock) -> None:
    spent(member(300), 250)
    spent(member(300), 300)
    frozen.advance(days=340)
    assert notices() == [(50, [("March 2, 2027", 50)])]


def test_expired_points_are_not_announced(frozen: clock.FrozenClock) -> None:
    member(300)
    frozen.advance(days=365)
    assert notices() == []


def test_all_members_are_notified_in_batches(frozen: clock.FrozenClock) -> None:
    people = [member(100) for _ in range(5)]
    frozen.advance(days=340)
    batches = []
    for _ in range(4):
        with step():
            batches.append(services.notify_of_expiry(limit=2))
    assert [len(batch) for batch in batches] == [2, 2, 1, 0]
    assert sorted(user_id for batch in batches for user_id in batch) == sorted(people)
    assert len(notices()) == 5


def test_member_without_an_address_is_skipped(frozen: clock.FrozenClock) -> None:
    user_id = member(100)
    with step() as session:
        session.execute(
            sa.update(User)
            .where(User.id == user_id)
            .values(erased_at=clock.now(), email=None, email_key=None)
        )
    frozen.advance(days=340)
    assert notices() == []
    assert _marked(user_id) == [clock.now()]


def _marked(user_id: UUID) -> list[object]:
    rows = sa.select(PointsHistory.expiry_notified_at).where(PointsHistory.user_id == user_id)
    return list(db.session.scalars(rows))


def test_email_states_points_dates_and_value(
    frozen: clock.FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    user_id = member(1_200, email="asha@shop.example")
    frozen.advance(days=1)
    bought(user_id, 40_00)
    frozen.advance(days=340)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        member_jobs.notify_of_expiry()
        jobs.run_due()
    (email,) = sent_emails
    assert email["To"] == "asha@shop.example"
    assert email["Subject"] == "1,200 points expire on March 2, 2027"
    text = email.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "1,200 on March 2, 2027\n40 on March 3, 2027" in text
    assert "They are worth $12.40" in text
    assert "http://localhost/account/loyalty" in text
