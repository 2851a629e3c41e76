"""Concurrent operations of members: no point is spent twice, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.db import db, in_step
from kashcraft.core.ids import new_id
from kashcraft.loyalty import jobs, queries, services
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyReward, Referral, ReferralState
from tests.concurrency.test_stock import count
from tests.factories.members import (
    account,
    an_offer,
    an_order,
    balance,
    bought,
    entries,
    lots,
    member,
    spent,
)
from tests.factories.people import person
from tests.support.races import at_once, codes


def spending(user_id: UUID, order_id: UUID, points: int) -> Callable[[], int]:
    """Return a call that spends points on an order."""
    return lambda: in_step(
        lambda: services.spend(user_id=user_id, order_id=order_id, points=points).points_amount
    )


def test_one_of_two_concurrent_spends_succeeds(database: Flask) -> None:
    user_id, orders = member(300), [an_order(), an_order()]
    answers = at_once(database, [spending(user_id, order_id, 200) for order_id in orders])
    assert codes(answers) == {"ok": 1, "points_short": 1}
    assert (balance(user_id), sum(lots(user_id))) == (100, 100)


def test_six_of_sixteen_spends_of_150_succeed_with_1000_points(database: Flask) -> None:
    user_id = member(1_000)
    orders = [an_order() for _ in range(16)]
    answers = at_once(database, [spending(user_id, order_id, 150) for order_id in orders])
    assert codes(answers) == {"ok": 6, "points_short": 10}
    assert balance(user_id) == 100


def test_one_order_spends_and_earns_once(database: Flask) -> None:
    user_id, order_id = member(1_000), an_order()

    def earn() -> int:
        return in_step(
            lambda: services.earn(order_id=order_id, user_id=user_id, net=50_00, at=clock.now()).points_amount
        )

    answers = at_once(database, [spending(user_id, order_id, 150)] * 6 + [earn] * 6)
    assert answers == [-150] * 6 + [50] * 6
    assert balance(user_id) == 900
    assert account(user_id).total_purchases == 1


def test_concurrent_returns_spends_and_earnings_are_consistent(database: Flask) -> None:
    user_id = member(900)
    held = [spent(user_id, 100) for _ in range(4)]
    fresh = [an_order() for _ in range(4)]

    def return_points(order_id: UUID) -> Callable[[], Any]:
        return lambda: in_step(lambda: services.return_points(order_id=order_id))

    calls = [return_points(order_id) for order_id in held for _ in range(2)]
    answers = at_once(database, [*calls, *(spending(user_id, order_id, 100) for order_id in fresh)])
    assert sum(answers) == 4 * 100 - 4 * 100
    assert balance(user_id) == 500


def test_refund_concurrent_with_a_spend_leaves_a_debt_or_a_refusal(database: Flask) -> None:
    user_id = member()
    order_id, another = bought(user_id, 200_00), an_order()

    def refund() -> int:
        return in_step(
            lambda: (
                services.reverse(
                    order_id=order_id,
                    refund_id=new_id(),
                    net_total=200_00,
                    net_refunded_before=0,
                    net_refunded_after=200_00,
                ).reversed
            )
        )

    taken, answer = at_once(database, [refund, spending(user_id, another, 200)])
    assert taken == 200
    assert balance(user_id) == (-200 if answer == -200 else 0)


def test_concurrent_exchanges_with_one_key_count_once(database: Flask) -> None:
    user_id, offer_id, key = member(1_200), an_offer(500), new_id()

    def exchange(key: UUID) -> Callable[[], UUID]:
        return lambda: in_step(lambda: services.exchange(user_id=user_id, offer_id=offer_id, key=key).id)

    answers = at_once(database, [exchange(key)] * 4 + [exchange(new_id()) for _ in range(4)])
    assert codes(answers)["ok"] in (2, 5)
    assert count(LoyaltyReward) == 2
    assert balance(user_id) == 200


def test_reward_is_redeemed_by_one_of_many_orders(database: Flask) -> None:
    user_id, offer_id = member(600), an_offer(500)
    reward_id = in_step(lambda: services.exchange(user_id=user_id, offer_id=offer_id).id)
    orders = [an_order() for _ in range(8)]

    def redeem(order_id: UUID) -> Callable[[], Any]:
        return lambda: in_step(
            lambda: services.redeem_reward(reward_id=reward_id, user_id=user_id, order_id=order_id).status
        )

    answers = at_once(database, [redeem(order_id) for order_id in orders])
    assert codes(answers) == {"ok": 1, "reward_used": 7}


def test_concurrent_joins_open_one_account(database: Flask) -> None:
    user_id = person()
    at_once(database, [lambda: in_step(lambda: services.open_account(user_id=user_id).id)] * 8)
    assert entries(user_id) == [("bonus", "signup", 100)]


def test_referral_is_rewarded_once(database: Flask) -> None:
    user_id, friend = member(), person()
    found = queries.get_referral_summary(user_id).code
    in_step(lambda: services.open_account(user_id=friend, referred_by=found))
    orders = [an_order() for _ in range(6)]

    def pay(order_id: UUID) -> Callable[[], Any]:
        return lambda: in_step(lambda: services.pay_referral(user_id=friend, order_id=order_id))

    at_once(database, [pay(order_id) for order_id in orders])
    assert (balance(user_id), balance(friend)) == (100, 200)
    assert count(Referral, Referral.state == ReferralState.REWARDED) == 1


def test_concurrent_expiry_jobs_write_off_each_lot_once(database: Flask, frozen: clock.FrozenClock) -> None:
    people = [member(300) for _ in range(5)]
    frozen.advance(days=365)
    at_once(database, [jobs.expire_points] * 4)
    assert [balance(user_id) for user_id in people] == [0] * 5
    assert db.session.scalar(sa.select(sa.func.sum(LoyaltyAccount.total_points))) == 500
