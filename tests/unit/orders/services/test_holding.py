"""The hold of an unpaid order: ten minutes, thirty from the payment page on, and one extension."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.inventory.models import InventoryReservation, ReservationStatus
from kashcraft.orders import services
from kashcraft.orders.models import Order
from tests.factories.orders import pay, place, stocked


def ends(order: Order) -> set[float]:
    """Return in how many minutes the order and its holds end."""
    db.session.rollback()
    until = [db.session.scalars(sa.select(Order.expires_at).where(Order.id == order.id)).one()]
    until += db.session.scalars(
        sa.select(InventoryReservation.expires_at).where(
            InventoryReservation.holder_id == order.id,
            InventoryReservation.status == ReservationStatus.ACTIVE,
        )
    ).all()
    return {(moment - clock.now()) / timedelta(minutes=1) for moment in until if moment}


def used(order: Order) -> bool:
    with step():
        return services.note_payment_use(order_id=order.id)


def extended(order: Order) -> None:
    with step():
        services.extend_hold(order_id=order.id)


def test_the_first_use_of_the_payment_page_extends_the_hold_by_thirty_minutes(
    database: Flask, frozen: FrozenClock
) -> None:
    order = place((stocked(5), 2), (stocked(5), 1))
    assert ends(order) == {10}
    frozen.advance(minutes=9)
    assert used(order) is True
    assert ends(order) == {30}
    frozen.advance(minutes=5)
    assert used(order) is False
    assert ends(order) == {25}


def test_a_customer_extends_the_hold_by_thirty_minutes_once(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 2))
    used(order)
    frozen.advance(minutes=29)
    extended(order)
    assert ends(order) == {30}
    with pytest.raises(DomainError, match="hold_extended"):
        extended(order)
    assert used(order) is False


def test_an_ended_hold_cannot_be_extended(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    late, sold, gone = (place((product, 1)) for _ in range(3))
    pay(sold.id)
    with step():
        services.cancel(order_id=gone.id)
    frozen.advance(minutes=10)
    for order, code in ((late, "hold_ended"), (sold, "wrong_status"), (gone, "wrong_status")):
        assert used(order) is False
        with pytest.raises(DomainError, match=code):
            extended(order)
    assert ends(late) == {0}


def test_an_extended_hold_does_not_reclaim_units_of_another_buyer(
    database: Flask, frozen: FrozenClock
) -> None:
    """The hold had expired by the clock of another process, which sold the unit."""
    product = stocked(1)
    order = place((product, 1))
    frozen.advance(minutes=10)
    place((product, 1), email="eve@shop.example")
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        assert used(order) is False
        with pytest.raises(DomainError, match="hold_ended"):
            extended(order)
