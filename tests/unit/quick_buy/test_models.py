"""A quick-checkout session: its id, its end, and the rows that it outlives."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.quick_buy.models import QuickCheckoutSession, SessionStatus
from tests.factories.rows import NOW, add_row


@pytest.mark.parametrize(
    ("status", "expires_in", "expired"),
    [
        (SessionStatus.ACTIVE, timedelta(seconds=1), False),
        (SessionStatus.ACTIVE, timedelta(0), True),
        (SessionStatus.EXPIRED, timedelta(minutes=30), True),
        (SessionStatus.COMPLETED, timedelta(minutes=-5), False),
        (SessionStatus.CANCELLED, timedelta(minutes=-5), False),
    ],
)
def test_an_open_session_expires_by_the_clock(
    frozen: clock.FrozenClock, status: SessionStatus, expires_in: timedelta, expired: bool
) -> None:
    assert QuickCheckoutSession(status=status, expires_at=NOW + expires_in).is_expired is expired


@pytest.mark.usefixtures("database")
def test_a_session_has_an_unguessable_id() -> None:
    with step():
        add_row("quick_checkout_sessions")
        add_row("quick_checkout_sessions")
    names = db.session.scalars(sa.select(QuickCheckoutSession.session_id)).all()
    assert len(set(names)) == 2
    assert {len(name) for name in names} == {32}


@pytest.mark.usefixtures("database")
def test_a_session_survives_the_deletion_of_its_card_and_addresses() -> None:
    with step() as transaction:
        add_row(
            "quick_checkout_sessions",
            payment_method_id=add_row("saved_payment_methods"),
            shipping_address_id=add_row("saved_addresses"),
            billing_address_id=add_row("saved_addresses"),
        )
        transaction.execute(sa.text("DELETE FROM saved_payment_methods"))
        transaction.execute(sa.text("DELETE FROM saved_addresses"))
    session = db.session.scalars(sa.select(QuickCheckoutSession)).one()
    assert (session.payment_method_id, session.shipping_address_id, session.billing_address_id) == (
        None,
        None,
        None,
    )
