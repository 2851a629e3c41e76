"""Who may do what in the back office."""

from __future__ import annotations

import pytest

from kashcraft.accounts.models import Role
from kashcraft.backoffice.rules import ALLOWED, NEXT_STEPS, Act, acts_of, may
from kashcraft.orders import rules as orders
from kashcraft.orders.models import OrderStatus

PACKS = {"see_front", "see_orders", "send_orders", "note_orders", "receive_returns", "keep_stock"}


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        (Role.OWNER, {*PACKS, "refund_orders", "answer_returns"}),
        (Role.FULFILMENT, PACKS),
        (
            Role.SUPPORT,
            {
                "see_front",
                "see_orders",
                "note_orders",
                "refund_orders",
                "answer_returns",
                "receive_returns",
            },
        ),
        (Role.EDITOR, {"see_front"}),
    ],
)
def test_each_role_may_do_its_own_work(role: Role, acts: set[str]) -> None:
    assert acts_of([role]) == acts
    assert {act for act in Act if may([role], act)} == acts


def test_every_role_is_listed() -> None:
    assert set(ALLOWED) == set(Role)


def test_whoever_has_no_role_may_do_nothing() -> None:
    assert acts_of([]) == frozenset()
    assert not may([], Act.SEE_FRONT)


def test_roles_add_up() -> None:
    assert acts_of([Role.EDITOR, Role.SUPPORT]) == acts_of([Role.SUPPORT])
    assert acts_of([Role.FULFILMENT, Role.SUPPORT]) == acts_of([Role.OWNER])


def test_the_next_step_is_one_that_an_order_may_take() -> None:
    steps = {status: OrderStatus(step) for status, (step, _) in NEXT_STEPS.items()}

    assert all(orders.allows(status, following) for status, following in steps.items())
    assert list(steps) == [OrderStatus.PAID, OrderStatus.PROCESSING, OrderStatus.SHIPPED]
