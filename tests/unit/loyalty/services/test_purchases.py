"""Points of orders: spent, earned and refunded. Every test also checks the ledger."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.loyalty import services
from kashcraft.loyalty.models import PointsHistory
from kashcraft.loyalty.services import Reversal
from tests.factories.members import account, an_order, balance, bought, entries, lots, member, spent
from tests.factories.people import person
from tests.factories.rows import NOW

pytestmark = pytest.mark.usefixtures("database", "frozen")


def refund(
    order_id: UUID, net_total: int, before: int, after: int, refund_id: UUID | None = None, returned: int = 0
) -> Reversal:
    """Refund goods from ``before`` to ``after`` of the net total, with ``returned`` spent points."""
    with step():
        return services.reverse(
            order_id=order_id,
            refund_id=refund_id or new_id(),
            net_total=net_total,
            net_refunded_before=before,
            net_refunded_after=after,
            returned=returned,
        )


def test_purchase_earns_with_the_multiplier_of_the_tier_before_it() -> None:
    user_id = member()
    bought(user_id, 600_00)
    assert balance(user_id) == 600
    assert account(user_id).current_tier == "silver"
    bought(user_id, 69_00)
    assert balance(user_id) == 600 + 86


def test_purchase_updates_spend_count_and_date(frozen: clock.FrozenClock) -> None:
    user_id = member()
    frozen.advance(days=3)
    bought(user_id, 99_99)
    found = account(user_id)
    assert (found.total_spent, found.total_purchases, found.total_points) == (99_99, 1, 100 + 99)
    assert found.last_purchase_date == NOW + timedelta(days=3)
    assert found.inactive_date == NOW + timedelta(days=183)


def test_an_order_earns_once() -> None:
    user_id = member()
    order_id = bought(user_id, 40_00)
    with step():
        services.earn(order_id=order_id, user_id=user_id, net=40_00, at=clock.now())
    assert balance(user_id) == 40
    assert account(user_id).total_purchases == 1


def test_purchase_below_one_point_is_counted() -> None:
    user_id = member()
    bought(user_id, 99)
    found = account(user_id)
    assert (balance(user_id), found.total_spent, found.total_purchases) == (0, 99, 1)


def test_purchase_opens_a_missing_account() -> None:
    user_id = person()
    bought(user_id, 40_00)
    assert entries(user_id) == [("bonus", "signup", 100), ("earn", "purchase", 40)]


def test_points_expire_after_twelve_months() -> None:
    user_id = member()
    bought(user_id, 40_00)
    lot = db.session.scalars(sa.select(PointsHistory).where(PointsHistory.remaining > 0)).one()
    assert (lot.lot_points, lot.remaining, lot.expires_at) == (40, 40, NOW.replace(year=2027))


def test_spending_debits_the_oldest_points_first(frozen: clock.FrozenClock) -> None:
    user_id = member(300)
    frozen.advance(days=5)
    bought(user_id, 200_00)
    spent(user_id, 350)
    assert balance(user_id) == 150
    assert lots(user_id) == [150]
    assert entries(user_id)[-1] == ("redeem", "purchase", -350)


def test_spending_above_the_balance_is_refused() -> None:
    user_id, order_id = member(300), an_order()
    with pytest.raises(DomainError, match="points_short") as refused, step():
        services.spend(user_id=user_id, order_id=order_id, points=301)
    assert refused.value.details == {"balance": 300}
    assert balance(user_id) == 300
    assert lots(user_id) == [100, 200]


def test_spending_without_an_account_is_refused() -> None:
    user_id, order_id = person(), an_order()
    with pytest.raises(DomainError, match="points_short"), step():
        services.spend(user_id=user_id, order_id=order_id, points=100)


def test_one_order_spends_points_once() -> None:
    user_id = member(500)
    order_id = spent(user_id, 200)
    with step():
        services.spend(user_id=user_id, order_id=order_id, points=200)
    assert balance(user_id) == 300


def test_expired_points_cannot_be_spent_before_the_job_runs(frozen: clock.FrozenClock) -> None:
    user_id, order_id = member(300), an_order()
    frozen.advance(days=365)
    with pytest.raises(DomainError, match="points_short"), step():
        services.spend(user_id=user_id, order_id=order_id, points=100)
    assert balance(user_id) == 300
    bought(user_id, 150_00)
    assert balance(user_id) == 150
    assert entries(user_id)[-3:] == [
        ("expiration", "lot", -100),
        ("expiration", "lot", -200),
        ("earn", "purchase", 150),
    ]


def test_unpaid_order_returns_its_points_once_to_their_lots(
    frozen: clock.FrozenClock,
) -> None:
    user_id = member(300)
    order_id = spent(user_id, 250)
    frozen.advance(days=10)
    with step():
        assert services.return_points(order_id=order_id) == 250
    with step():
        assert services.return_points(order_id=order_id) == 0
    assert balance(user_id) == 300
    assert lots(user_id) == [100, 200]
    expiries = set(db.session.scalars(sa.select(PointsHistory.expires_at).where(PointsHistory.remaining > 0)))
    assert expiries == {NOW.replace(year=2027)}


def test_late_payment_spends_returned_points_again() -> None:
    user_id = member(300)
    order_id = spent(user_id, 250)
    for _ in range(2):
        with step():
            services.return_points(order_id=order_id)
        with step():
            services.spend(user_id=user_id, order_id=order_id, points=250)
        assert balance(user_id) == 50
    with step():
        assert services.return_points(order_id=order_id) == 250
    assert balance(user_id) == 300


def test_order_without_points_returns_none() -> None:
    order_id = an_order()
    with step():
        assert services.return_points(order_id=order_id) == 0


def test_points_of_an_expired_lot_return_for_thirty_days(frozen: clock.FrozenClock) -> None:
    user_id = member(300)
    order_id = spent(user_id, 250)
    frozen.advance(days=400)
    with step():
        services.return_points(order_id=order_id)
    assert balance(user_id) == 250
    assert entries(user_id)[-2:] == [("expiration", "lot", -50), ("reversal", "redemption", 250)]
    fresh = db.session.scalars(sa.select(PointsHistory).where(PointsHistory.remaining > 0)).one()
    assert fresh.expires_at == NOW + timedelta(days=430)
    frozen.advance(days=30)
    with step():
        services.expire_due()
    assert balance(user_id) == 0


def test_refunds_leave_the_points_of_the_remaining_goods() -> None:
    user_id = member()
    bought(user_id, 600_00)
    order_id = bought(user_id, 69_00)
    reversed_points = [
        refund(order_id, 69_00, before, before + 23_00).reversed for before in (0, 23_00, 46_00)
    ]
    assert reversed_points == [29, 29, 28]
    assert balance(user_id) == 600
    found = account(user_id)
    assert (found.total_points, found.total_spent, found.total_purchases) == (700, 600_00, 1)


def test_a_refund_counts_once() -> None:
    user_id, refund_id = member(), new_id()
    order_id = bought(user_id, 40_00)
    assert refund(order_id, 40_00, 0, 10_00, refund_id) == Reversal(reversed=10, returned=0)
    assert refund(order_id, 40_00, 0, 10_00, refund_id) == Reversal()
    assert balance(user_id) == 30
    assert account(user_id).total_spent == 30_00


def test_a_refund_of_delivery_leaves_the_points_alone() -> None:
    user_id = member()
    order_id = bought(user_id, 40_00)
    assert refund(order_id, 40_00, 0, 0) == Reversal()
    assert balance(user_id) == 40


def test_order_without_points_has_none_to_reverse() -> None:
    assert refund(an_order(), 40_00, 0, 40_00) == Reversal()


def test_refunds_return_the_last_debited_points_first() -> None:
    user_id = member(500)
    order_id = spent(user_id, 500)
    with step():
        services.earn(order_id=order_id, user_id=user_id, net=69_00, at=clock.now())
    assert refund(order_id, 69_00, 0, 43_12, returned=312) == Reversal(reversed=44, returned=312)
    assert balance(user_id) == 69 - 44 + 312
    assert lots(user_id) == [312, 25]
    assert refund(order_id, 69_00, 43_12, 69_00, returned=188) == Reversal(reversed=25, returned=188)
    assert balance(user_id) == 500
    assert lots(user_id) == [100, 400]


def test_order_paid_with_points_returns_no_more_than_it_spent() -> None:
    user_id = member(1_000)
    order_id = spent(user_id, 1_000)
    with step():
        services.earn(order_id=order_id, user_id=user_id, net=0, at=clock.now())
    returned = [refund(order_id, 0, 0, 0, returned=points).returned for points in (333, 333, 400)]
    assert returned == [333, 333, 334]
    assert balance(user_id) == 1_000


def test_refund_of_spent_points_leaves_a_debt_that_blocks_redemptions() -> None:
    user_id = member()
    order_id = bought(user_id, 400_00)
    spent(user_id, 300)
    refund(order_id, 400_00, 0, 400_00)
    assert balance(user_id) == -300
    assert lots(user_id) == []
    another = an_order()
    with pytest.raises(DomainError, match="points_short"), step():
        services.spend(user_id=user_id, order_id=another, points=1)


def test_new_points_pay_a_debt_first() -> None:
    user_id = member()
    order_id = bought(user_id, 400_00)
    spent(user_id, 300)
    refund(order_id, 400_00, 0, 400_00)
    bought(user_id, 250_00)
    assert (balance(user_id), lots(user_id)) == (-50, [])
    bought(user_id, 80_00)
    assert (balance(user_id), lots(user_id)) == (30, [30])


def test_returned_points_pay_a_debt_first() -> None:
    user_id = member()
    first = bought(user_id, 400_00)
    second = spent(user_id, 400)
    refund(first, 400_00, 0, 300_00)
    assert balance(user_id) == -300
    with step():
        assert services.return_points(order_id=second) == 400
    assert (balance(user_id), lots(user_id)) == (100, [100])


def test_refund_debits_the_lot_of_its_order_first() -> None:
    user_id = member(200)
    order_id = bought(user_id, 150_00)
    refund(order_id, 150_00, 0, 100_00)
    assert lots(user_id) == [100, 100, 50]


def test_refund_lowers_the_tier_at_once(frozen: clock.FrozenClock) -> None:
    user_id = member()
    order_id = bought(user_id, 600_00)
    frozen.advance(days=9)
    refund(order_id, 600_00, 0, 400_00)
    found = account(user_id)
    assert (found.current_tier, found.tier_reached_at) == ("bronze", NOW + timedelta(days=9))
    assert (found.total_points, found.total_spent, found.total_purchases) == (300, 200_00, 1)


def test_spending_takes_six_statements(count_statements) -> None:  # type: ignore[no-untyped-def]
    user_id, order_id = member(300), an_order()
    with count_statements() as seen, step():
        services.spend(user_id=user_id, order_id=order_id, points=100)
    assert len(seen) == 6


def test_earning_takes_four_statements(count_statements) -> None:  # type: ignore[no-untyped-def]
    user_id, order_id = member(300), an_order()
    with count_statements() as seen, step():
        services.earn(order_id=order_id, user_id=user_id, net=40_00, at=clock.now())
    assert len(seen) == 4
