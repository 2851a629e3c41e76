"""Gift cards are sent, expire and forget their codes until none is left to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.gift_cards import jobs
from kashcraft.gift_cards.models import GiftCard, GiftCardUsage
from tests.factories.gift_cards import make_card


def test_what_is_left_on_cards_whose_time_is_over_is_written_off_once(
    database: Flask, frozen: FrozenClock
) -> None:
    for _ in range(3):
        make_card(5_000)
    kept = make_card(5_000)[0].id
    over = clock.now() - timedelta(seconds=1)
    with step():
        db.session.execute(sa.update(GiftCard).where(GiftCard.id != kept).values(expires_at=over))

    for _ in range(2):
        jobs.expire_due()
        balances = sorted(db.session.scalars(sa.select(GiftCard.current_balance)))
        assert balances == [0, 0, 0, 5_000]
        db.session.rollback()
    entries = sa.select(sa.func.count()).select_from(GiftCardUsage).where(GiftCardUsage.amount == -5_000)
    assert db.session.scalar(entries) == 3


@pytest.mark.parametrize(("days", "is_known"), [(29, True), (31, False)])
def test_a_code_is_forgotten_thirty_days_after_it_was_sent(
    database: Flask, frozen: FrozenClock, days: int, is_known: bool
) -> None:
    make_card()
    with step():
        db.session.execute(sa.update(GiftCard).values(sent_at=clock.now()))

    frozen.advance(days=days)
    jobs.forget_codes()
    assert (db.session.scalars(sa.select(GiftCard.code_encrypted)).one() is not None) is is_known
