"""Every change of an order's status is published, with the status before and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Flask

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderId
from kashcraft.events.orders import OrderMoved, OrderPaid
from kashcraft.orders import services
from kashcraft.orders.models import OrderStatus
from tests.factories.orders import member, place, stocked
from tests.support.published import published_events

pytestmark = pytest.mark.usefixtures("database")
Action = Callable[[OrderId], object]


@pytest.fixture
def moved() -> Iterator[Sequence[Any]]:
    """Yield the changes of status of the test."""
    with published_events(OrderMoved) as seen:
        yield seen


def pay(order_id: OrderId) -> None:
    services.mark_paid(order_id=order_id, payment_reference="p1")


def prepare(order_id: OrderId) -> None:
    services.start_processing(order_id=order_id)


def ship(order_id: OrderId) -> None:
    services.mark_shipped(order_id=order_id)


def deliver(order_id: OrderId) -> None:
    services.mark_delivered(order_id=order_id)


def cancel(order_id: OrderId) -> None:
    services.cancel(order_id=order_id)


def unship(order_id: OrderId) -> None:
    services.undo_fulfilment(order_id=order_id, status=OrderStatus.SHIPPED)


@pytest.mark.parametrize(
    ("actions", "moves"),
    [
        ([], []),
        ([pay, pay], ["pending paid"]),
        ([cancel, cancel], ["pending cancelled"]),
        ([pay, cancel], ["pending paid", "paid cancelled"]),
        (
            [pay, prepare, prepare, ship, deliver, deliver],
            ["pending paid", "paid processing", "processing shipped", "shipped delivered"],
        ),
        (
            [pay, prepare, ship, unship],
            ["pending paid", "paid processing", "processing shipped", "shipped processing"],
        ),
    ],
)
def test_each_change_is_published_once(
    actions: Sequence[Action], moves: list[str], moved: Sequence[Any], frozen: FrozenClock
) -> None:
    order_id = place((stocked(5), 1)).id
    for action in actions:
        in_step(lambda action=action: action(order_id))
    assert moved == [OrderMoved(order_id, *move.split()) for move in moves]


def test_an_order_that_expires_and_is_paid_late_moves_twice(
    moved: Sequence[Any], frozen: FrozenClock
) -> None:
    order_id = place((stocked(5), 1)).id
    frozen.advance(hours=1)
    in_step(services.expire_due)
    in_step(lambda: pay(order_id))
    assert moved == [OrderMoved(order_id, "pending", "expired"), OrderMoved(order_id, "expired", "paid")]


def test_a_refused_change_is_not_published(moved: Sequence[Any]) -> None:
    order_id = place((stocked(5), 1)).id
    with pytest.raises(DomainError, match="wrong_status"):
        in_step(lambda: ship(order_id))
    assert moved == []


def test_a_paid_order_has_the_address_of_guests_and_members(database: Flask) -> None:
    user_id = member(0)
    guests = place((stocked(5), 1), email="Eve.King@Shop.example").id
    members = place((stocked(5), 1), user_id=user_id, email="Noor@Shop.example").id
    with published_events(OrderPaid) as seen:
        for order_id in (guests, members):
            in_step(lambda order_id=order_id: pay(order_id))
    assert [(one.order_id, one.user_id, one.email_key) for one in seen] == [
        (guests, None, "eve.king@shop.example"),
        (members, user_id, "noor@shop.example"),
    ]
