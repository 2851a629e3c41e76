"""Expiry of unpaid orders, and the confirmation of paid ones."""

from __future__ import annotations

from email.message import EmailMessage

import sqlalchemy as sa
from flask import Flask

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db
from kashcraft.core.jobs import run_due
from kashcraft.orders import jobs
from kashcraft.orders.models import Order, OrderStatus
from tests.factories.orders import paid, place, stocked


def statuses() -> dict[str, OrderStatus]:
    db.session.rollback()
    return {row.number: row.status for row in db.session.execute(sa.select(Order.number, Order.status))}


def test_only_orders_whose_hold_has_ended_expire(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(20)
    late = [place((bowl, 1), email=f"ada{number}@shop.example").number for number in range(3)]
    is_paid = paid((bowl, 1), email="grace@shop.example").number
    frozen.advance(minutes=5)
    waiting = place((bowl, 1), email="zoon@shop.example").number
    frozen.advance(minutes=5)

    for _ in range(2):
        jobs.expire_due()
        assert statuses() == {
            **dict.fromkeys(late, OrderStatus.EXPIRED),
            is_paid: OrderStatus.PAID,
            waiting: OrderStatus.PENDING,
        }


def test_a_paid_order_is_confirmed_once(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    order = paid((stocked(3), 1), email="ada@shop.example")
    for _ in range(2):
        jobs.send_confirmation(order_id=str(order.id))
        run_due()

    assert [message["To"] for message in sent_emails] == ["ada@shop.example"]
