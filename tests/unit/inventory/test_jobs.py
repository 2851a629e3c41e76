"""Jobs of the inventory run in batches until nothing is left."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.inventory import jobs, services
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation, ReservationStatus
from kashcraft.notifications.models import Message
from tests.factories.orders import stocked

MANY = 1001


def test_only_expired_holds_are_released(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(200)
    for minutes in [10] * 120 + [11]:
        with step():
            services.hold(
                holder_kind=HolderKind.ORDER,
                holder_id=new_id(),
                lines=[(product.id, 1)],
                expires_at=clock.now() + timedelta(minutes=minutes),
            )

    frozen.advance(minutes=10)
    jobs.release_expired()
    assert db.session.scalars(sa.select(Inventory.reserved)).one() == 1


def test_released_holds_are_deleted_after_ninety_days_however_many_there_are(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(1)
    old = clock.now() - timedelta(days=90, seconds=1)
    rows = [
        {
            "id": new_id(), "product_id": product.id, "quantity": 1, "holder_kind": HolderKind.ORDER,
            "holder_id": new_id(), "status": ReservationStatus.RELEASED, "expires_at": old,
            "created_at": old, "released_at": moment,
        }
        for moment in [old] * MANY + [clock.now() - timedelta(days=89)]
    ]  # fmt: skip
    with step():
        db.session.execute(sa.insert(InventoryReservation), rows)

    jobs.purge_released()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(InventoryReservation)) == 1


def test_an_alert_is_queued_once_per_occasion_while_stock_is_low(
    database: Flask, frozen: FrozenClock
) -> None:
    low, enough = stocked(3), stocked(30)
    for product in (low, low, enough):
        jobs.notify_low_stock(product_id=str(product.id), occasion="the crossing")

    messages = db.session.scalars(sa.select(Message)).all()
    assert [(one.template, one.dedupe_key) for one in messages] == [
        ("low_stock", f"low_stock:{low.id}:the crossing")
    ]
