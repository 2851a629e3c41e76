"""Jobs of gift cards continue until none is left, in batches."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.gift_cards import jobs, services
from kashcraft.gift_cards.models import GiftCard
from tests.factories.gift_cards import make_card

pytestmark = pytest.mark.usefixtures("database", "frozen")


def count(*conditions: sa.ColumnElement[bool]) -> int:
    """Return how many cards meet the conditions."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(GiftCard).where(*conditions)) or 0


def issued(number: int, expires_at: datetime | None = None) -> None:
    """Issue a number of cards."""
    with step():
        services.bulk_issue(count=number, value=1_000, currency="USD", expires_at=expires_at)


def test_all_due_cards_are_sent() -> None:
    for _ in range(51):
        make_card(deliver_at=clock.now(), recipient_email="zoon@shop.example")
    make_card(deliver_at=clock.now() + timedelta(days=1), recipient_email="zoon@shop.example")
    jobs.deliver_due()
    assert (count(GiftCard.sent_at.is_not(None)), count(GiftCard.sent_at.is_(None))) == (51, 1)


def test_all_expired_cards_are_written_off(frozen: clock.FrozenClock) -> None:
    issued(201, expires_at=clock.now() + timedelta(days=1))
    make_card()
    frozen.advance(days=2)
    jobs.expire_due()
    assert (count(GiftCard.current_balance == 0), count(GiftCard.current_balance > 0)) == (201, 1)


def test_codes_sent_a_month_ago_are_deleted(frozen: clock.FrozenClock) -> None:
    issued(501)
    frozen.advance(days=31)
    issued(1)
    jobs.forget_codes()
    forgotten = GiftCard.code_encrypted.is_(None)
    assert (count(forgotten), count(sa.not_(forgotten))) == (501, 1)
