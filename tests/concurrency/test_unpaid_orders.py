"""Concurrent orders keep within the limits of unpaid orders."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, in_step
from kashcraft.orders.models import Order
from kashcraft.orders.rules import OrderDraft
from tests.factories.orders import draft_of, member, placed, stocked
from tests.support.races import at_once, codes

HERE = "a" * 64


def press(draft: OrderDraft) -> UUID:
    return in_step(lambda: placed(draft).id)


def held() -> int:
    db.session.rollback()
    return db.session.scalar(sa.text("SELECT sum(reserved) FROM inventories")) or 0


@pytest.mark.parametrize("who", ["guest", "member"])
def test_sixteen_requests_of_one_buyer_create_three_orders(database: Flask, who: str) -> None:
    products = [stocked(50) for _ in range(4)]
    user_id = member() if who == "member" else None
    drafts = [draft_of([(products[number % 4], 1)], user_id=user_id) for number in range(16)]
    calls = [partial(press, draft) for draft in drafts]
    assert codes(at_once(database, calls)) == {"ok": 3, "too_many_unpaid": 13}
    assert held() == 3


def test_twenty_unknown_buyers_of_one_network_hold_ninety_units(database: Flask) -> None:
    products = [stocked(200) for _ in range(5)]
    drafts = [
        draft_of([(products[number % 5], 9)], email=f"guest{number}@shop.example", network_key=HERE)
        for number in range(20)
    ]
    calls = [partial(press, draft) for draft in drafts]
    assert codes(at_once(database, calls)) == {"ok": 10, "too_many_unpaid": 10}
    assert held() == 90
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 10


@pytest.mark.parametrize("networks", ["counted", "not counted"])
def test_a_buyer_as_guest_and_member_gets_three_orders(
    database: Flask, monkeypatch: pytest.MonkeyPatch, networks: str
) -> None:
    if networks == "not counted":
        off = replace(database.config["SETTINGS"], unpaid_orders_per_network=0, held_units_per_network=0)
        monkeypatch.setitem(database.config, "SETTINGS", off)
    product = stocked(50)
    ada = member(email="ada@shop.example")
    people = (ada, None) * 8
    drafts = [draft_of([(product, 1)], user_id=one, network_key=HERE) for one in people]
    answers = at_once(database, [partial(press, draft) for draft in drafts])
    assert codes(answers) == {"ok": 3, "too_many_unpaid": 13}
    assert held() == 3
