"""Referrals by a member's link."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.core.db import db, step
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import Referral, ReferralState
from tests.factories.members import an_order, balance, entries, member
from tests.factories.people import person
from tests.factories.rows import NOW

pytestmark = pytest.mark.usefixtures("database", "frozen")


def code_of(user_id: UUID) -> str:
    """Return a member's referral code."""
    return db.session.scalars(sa.select(User.referral_code).where(User.id == user_id)).one() or ""


def friend_of(user_id: UUID, *, email: str | None = None, confirmed: bool = False) -> UUID:
    """Register a customer with a member's referral code and return their id."""
    code = code_of(user_id)
    friend = person(email=email)
    with step():
        if not confirmed:
            db.session.execute(sa.update(User).where(User.id == friend).values(email_confirmed_at=None))
        services.open_account(user_id=friend, referred_by=code.lower())
    return friend


def referral_of(friend: UUID) -> Referral | None:
    """Return the referral of a customer from the database."""
    rows = sa.select(Referral).where(Referral.referred_id == friend)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def pay(friend: UUID) -> UUID:
    """Pay an order of a referred customer and return its id."""
    order_id = an_order()
    with step():
        services.pay_referral(user_id=friend, order_id=order_id)
    return order_id


def test_first_paid_order_of_a_referred_customer_rewards_both() -> None:
    user_id = member()
    friend = friend_of(user_id)
    assert referral_of(friend).state is ReferralState.INVITED  # type: ignore[union-attr]
    for _ in range(2):
        with step():
            services.mark_referral_joined(user_id=friend)
    joined = referral_of(friend)
    assert joined is not None
    assert (joined.state, joined.joined_at) == (ReferralState.JOINED, NOW)
    assert balance(user_id) == 0
    order_id = pay(friend)
    pay(friend)
    paid = referral_of(friend)
    assert paid is not None
    assert (paid.state, paid.order_id, paid.rewarded_at) == (ReferralState.REWARDED, order_id, NOW)
    assert (balance(user_id), balance(friend)) == (100, 200)
    assert entries(user_id)[-1] == entries(friend)[-1] == ("bonus", "referral", 100)


def test_confirmed_customer_joins_at_once() -> None:
    friend = friend_of(member(), confirmed=True)
    assert referral_of(friend).state is ReferralState.JOINED  # type: ignore[union-attr]


def test_second_account_of_a_mailbox_is_void() -> None:
    user_id = member(email="asha@shop.example")
    friend = friend_of(user_id, email="asha+again@shop.example")
    assert referral_of(friend).state is ReferralState.VOID  # type: ignore[union-attr]
    with step():
        services.mark_referral_joined(user_id=friend)
    pay(friend)
    assert (balance(user_id), balance(friend)) == (0, 100)


def test_own_unknown_and_second_codes_are_ignored() -> None:
    user_id = member()
    with step():
        assert services.record_referral(user_id=user_id, code=code_of(user_id)) is None
        assert services.record_referral(user_id=user_id, code="NOSUCH00") is None
    friend, another = friend_of(user_id), member()
    with step():
        assert services.record_referral(user_id=friend, code=code_of(another)) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 1


def test_existing_member_cannot_be_referred() -> None:
    user_id, old = member(), member()
    code = code_of(user_id)
    with step():
        services.open_account(user_id=old, referred_by=code)
    assert referral_of(old) is None


def test_referral_summary_counts_states_and_points() -> None:
    user_id = member()
    friend_of(user_id)
    friend_of(user_id, confirmed=True)
    pay(friend_of(user_id))
    assert queries.get_referral_summary(user_id) == queries.ReferralSummary(
        code=code_of(user_id), invited=1, joined=1, rewarded=1, points=100
    )
