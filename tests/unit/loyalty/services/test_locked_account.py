"""The ledger of a member stays consistent through random operations."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import PointsLotUse
from tests.factories.members import account, an_order, bought, entries, lots, member, spent
from tests.factories.rows import NOW

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "spend", "end", "again", "refund", "wait", "sweep", "adjust"]),
        st.integers(1, 700),
    ),
    min_size=3,
    max_size=25,
)


def refusal(call: Callable[[], object]) -> str | None:
    """Run a call in its own transaction and return the error code of its refusal, or None."""
    try:
        with step():
            call()
    except DomainError as refused:
        return refused.code
    return None


class Life:
    """One member, and their orders as [id, net, refunded, points spent]."""

    def __init__(self) -> None:
        self.user_id = member()
        self.paid: list[tuple[UUID, int]] = []
        self.refunded: dict[UUID, int] = {}
        self.waiting: list[tuple[UUID, int]] = []
        self.ended: list[tuple[UUID, int]] = []

    def buy(self, size: int) -> None:
        """Pay an order, the last one that waits for its money or a new one."""
        net = size * 77
        if self.waiting:
            order_id, _ = self.waiting.pop()
            with step():
                services.earn(order_id=order_id, user_id=self.user_id, net=net, at=clock.now())
        else:
            order_id = bought(self.user_id, net)
        self.paid.append((order_id, net))

    def spend(self, size: int) -> None:
        """Place an order with points, where there are enough of them."""
        self._spend(an_order(), size)

    def end(self, _: int) -> None:
        """Let the oldest order that waits end unpaid."""
        if self.waiting:
            order_id, points = self.waiting.pop(0)
            with step():
                assert services.return_points(order_id=order_id) == points
            self.ended.append((order_id, points))

    def again(self, _: int) -> None:
        """Claim the points of an order that has ended once more."""
        if self.ended:
            self._spend(*self.ended.pop())

    def refund(self, size: int) -> None:
        """Refund a part of one of the paid orders, or all that is left of it."""
        if not self.paid:
            return
        order_id, net = self.paid[size % len(self.paid)]
        before = self.refunded.get(order_id, 0)
        after = min(net, before + size * 31)
        with step():
            services.reverse(
                order_id=order_id,
                refund_id=new_id(),
                net_total=net,
                net_refunded_before=before,
                net_refunded_after=after,
            )
        self.refunded[order_id] = after

    def wait(self, size: int) -> None:
        """Let days pass."""

    def sweep(self, _: int) -> None:
        """Write off what is past its date."""
        with step():
            services.expire_due()

    def adjust(self, size: int) -> None:
        """Correct the balance by hand, upwards or downwards."""
        points, balance = 350 - size or 1, self.balance
        code = refusal(
            lambda: services.adjust(
                user_id=self.user_id, points=points, reason="A correction", key=str(new_id())
            )
        )
        assert code == ("points_short" if points < 0 and -points > balance else None)

    def _spend(self, order_id: UUID, points: int) -> None:
        affordable = points <= self.balance
        code = refusal(lambda: services.spend(user_id=self.user_id, order_id=order_id, points=points))
        assert code == (None if affordable else "points_short")
        if affordable:
            self.waiting.append((order_id, points))

    @property
    def balance(self) -> int:
        """Return the points that can be spent now."""
        return queries.get_points_terms(self.user_id, 0).balance


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_ledger_is_consistent_after_every_operation(
    database: Flask, operations: list[tuple[str, int]]
) -> None:
    with clock.frozen(NOW) as stopped:
        life = Life()
        for name, size in operations:
            if name == "wait":
                stopped.advance(days=size)
            before = account(life.user_id).available_points
            getattr(life, name)(size)
            found = account(life.user_id)
            assert queries.list_differences() == []
            assert sum(lots(life.user_id)) == max(0, found.available_points)
            if found.available_points < 0:
                assert before < 0 or name == "refund"
        given_out = sum(points for kind, _, points in entries(life.user_id) if kind in ("earn", "bonus"))
        assert found.available_points <= given_out + sum(
            points for kind, _, points in entries(life.user_id) if kind == "adjustment" and points > 0
        )


def test_inconsistencies_are_reported(database: Flask, frozen: clock.FrozenClock) -> None:
    user_id = member(300)
    bought(user_id, 400_00)
    frozen.advance(days=1)
    with step() as session:
        found = account(user_id)
        found.available_points += 5
        found.total_points += 7
        found.total_spent += 9
        found.total_purchases += 1
        session.flush()  # the faults are to be in the database
    reported = {(item.what, item.stored - item.calculated) for item in queries.list_differences()}
    assert reported == {
        ("available_points", 5),
        ("total_points", 7),
        ("total_spent", 9),
        ("total_purchases", 1),
        ("remaining", -5),
    }


def test_lot_use_below_its_redemption_is_reported(database: Flask) -> None:
    spent(member(300), 50)
    with step() as session:
        session.execute(sa.update(PointsLotUse).values(points=49))
    reported = {(item.what, item.stored - item.calculated) for item in queries.list_differences()}
    assert reported == {("lot", 1), ("redemption", 1)}
