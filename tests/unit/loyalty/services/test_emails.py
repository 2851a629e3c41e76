"""Letters to members: of each lot that is about to expire once, and in good time."""

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


def told() -> list[tuple[int, list[tuple[str, int]]]]:
    """Run the job twice, and return (points, [(day, points)]) of the sent_emails so far."""
    for _ in range(2):
        member_jobs.notify_of_expiry()
    rows = db.session.scalars(
        sa.select(Message).where(Message.template == "points_expiring").order_by(Message.id)
    ).all()
    return [
        (row.context["points"], [(item["day"], item["points"]) for item in row.context["days"]])
        for row in rows
    ]


def test_a_month_before_a_lot_expires_its_member_is_written_once(frozen: clock.FrozenClock) -> None:
    member(700)
    frozen.advance(days=365 - 31)
    assert told() == []
    frozen.advance(days=1)
    assert told() == [(700, [("March 2, 2027", 700)])]
    frozen.advance(days=20)
    assert len(told()) == 1


def test_one_letter_tells_of_two_months_and_the_next_of_what_came_later(frozen: clock.FrozenClock) -> None:
    user_id = member(100)
    frozen.advance(days=20)
    bought(user_id, 40_00)
    frozen.advance(days=40)
    bought(user_id, 30_00)
    frozen.advance(days=365 - 60 - 30)
    assert told() == [(140, [("March 2, 2027", 100), ("March 22, 2027", 40)])]
    frozen.advance(days=59)
    assert len(told()) == 1
    frozen.advance(days=1)
    assert told()[1:] == [(30, [("May 1, 2027", 30)])]


def test_what_is_spent_is_not_told_of(frozen: clock.FrozenClock) -> None:
    spent(member(300), 250)
    spent(member(300), 300)
    frozen.advance(days=340)
    assert told() == [(50, [("March 2, 2027", 50)])]


def test_points_past_their_date_are_not_told_of(frozen: clock.FrozenClock) -> None:
    member(300)
    frozen.advance(days=365)
    assert told() == []


def test_everybody_is_written_whatever_the_batch(frozen: clock.FrozenClock) -> None:
    people = [member(100) for _ in range(5)]
    frozen.advance(days=340)
    batches = []
    for _ in range(4):
        with step():
            batches.append(services.notify_of_expiry(limit=2))
    assert [len(batch) for batch in batches] == [2, 2, 1, 0]
    assert sorted(user_id for batch in batches for user_id in batch) == sorted(people)
    assert len(told()) == 5


def test_who_has_no_address_left_is_passed_over(frozen: clock.FrozenClock) -> None:
    user_id = member(100)
    with step() as session:
        session.execute(
            sa.update(User)
            .where(User.id == user_id)
            .values(erased_at=clock.now(), email=None, email_key=None)
        )
    frozen.advance(days=340)
    assert told() == []
    assert _marked(user_id) == [clock.now()]


def _marked(user_id: UUID) -> list[object]:
    rows = sa.select(PointsHistory.expiry_notified_at).where(PointsHistory.user_id == user_id)
    return list(db.session.scalars(rows))


def test_the_letter_says_what_expires_when_and_what_it_is_worth(
    frozen: clock.FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    user_id = member(1_200, email="asha@shop.example")
    frozen.advance(days=1)
    bought(user_id, 40_00)
    frozen.advance(days=340)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        member_jobs.notify_of_expiry()
        jobs.run_due()
    (letter,) = sent_emails
    assert letter["To"] == "asha@shop.example"
    assert letter["Subject"] == "1,200 points expire on March 2, 2027"
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "1,200 on March 2, 2027\n40 on March 3, 2027" in text
    assert "They are worth $12.40" in text
    assert "http://localhost/account/loyalty" in text
