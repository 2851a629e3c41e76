"""Friends who come by a member's link."""

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
    """Return the code of a member's link."""
    return db.session.scalars(sa.select(User.referral_code).where(User.id == user_id)).one() or ""


def friend_of(user_id: UUID, *, email: str | None = None, confirmed: bool = False) -> UUID:
    """Let somebody open an account by a member's link, their address still to be proven; return their id."""
    code = code_of(user_id)
    friend = person(email=email)
    with step():
        if not confirmed:
            db.session.execute(sa.update(User).where(User.id == friend).values(email_confirmed_at=None))
        services.open_account(user_id=friend, referred_by=code.lower())
    return friend


def referral_of(friend: UUID) -> Referral | None:
    """Return how somebody came here, as the database has it."""
    rows = sa.select(Referral).where(Referral.referred_id == friend)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def pay(friend: UUID) -> UUID:
    """Let a friend pay an order and return its id."""
    order_id = an_order()
    with step():
        services.pay_referral(user_id=friend, order_id=order_id)
    return order_id


def test_a_friend_is_invited_joins_and_rewards_both_with_the_first_paid_order() -> None:
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


def test_who_has_proven_the_address_has_joined_at_once() -> None:
    friend = friend_of(member(), confirmed=True)
    assert referral_of(friend).state is ReferralState.JOINED  # type: ignore[union-attr]


def test_a_second_account_of_the_same_mailbox_is_void_and_pays_nothing() -> None:
    user_id = member(email="asha@shop.example")
    friend = friend_of(user_id, email="asha+again@shop.example")
    assert referral_of(friend).state is ReferralState.VOID  # type: ignore[union-attr]
    with step():
        services.mark_referral_joined(user_id=friend)
    pay(friend)
    assert (balance(user_id), balance(friend)) == (0, 100)


def test_nobody_is_referred_by_themselves_by_an_unknown_code_or_twice() -> None:
    user_id = member()
    with step():
        assert services.record_referral(user_id=user_id, code=code_of(user_id)) is None
        assert services.record_referral(user_id=user_id, code="NOSUCH00") is None
    friend, another = friend_of(user_id), member()
    with step():
        assert services.record_referral(user_id=friend, code=code_of(another)) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 1


def test_somebody_who_was_a_member_before_is_no_new_friend() -> None:
    user_id, old = member(), member()
    code = code_of(user_id)
    with step():
        services.open_account(user_id=old, referred_by=code)
    assert referral_of(old) is None


def test_a_member_sees_what_became_of_the_link() -> None:
    user_id = member()
    friend_of(user_id)
    friend_of(user_id, confirmed=True)
    pay(friend_of(user_id))
    assert queries.get_referral_summary(user_id) == queries.ReferralSummary(
        code=code_of(user_id), invited=1, joined=1, rewarded=1, points=100
    )
