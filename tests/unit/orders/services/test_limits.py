"""Limits of unpaid orders by buyer, by e-mail address, and by the unknown buyers of a network."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.inventory import services as stock
from kashcraft.orders import services
from kashcraft.orders.models import Order
from tests.factories.catalogue import make_product
from tests.factories.orders import member, paid, pay, place, stocked, uncounted

HERE, THERE = "a" * 64, "b" * 64


def keys(order: Order) -> tuple[str | None, str | None]:
    found = sa.select(Order.mailbox_key, Order.network_key).where(Order.id == order.id)
    return tuple(db.session.execute(found).one())


def test_a_guest_is_counted_by_the_normalized_mailbox(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(10)
    for email in ("ada.king@gmail.com", "adaking+shawls@googlemail.com", "ADA.KING@gmail.com"):
        place((product, 1), email=email)
    with pytest.raises(DomainError) as refusal:
        place((product, 1), email="a.d.a.king@gmail.com")
    assert (refusal.value.code, refusal.value.details) == (
        "too_many_unpaid", {"until": clock.now() + timedelta(minutes=10)},
    )  # fmt: skip
    assert place((product, 1), email="eve@shop.example").is_open


def test_a_member_is_counted_by_account(database: Flask, frozen: FrozenClock) -> None:
    """Guest orders under a member's address do not prevent the member from ordering."""
    product = stocked(10)
    ada = member(email="ada@shop.example")
    for _ in range(3):
        place((product, 1), email="ada@shop.example")
    for number in range(3):
        place((product, 1), user_id=ada, email=f"other{number}@shop.example")
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), user_id=ada, email="another@shop.example")


def test_an_order_from_another_network_does_not_block_a_guest(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(20)
    for _ in range(3):
        place((product, 1), network_key=THERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), network_key=THERE)
    for _ in range(3):
        assert place((product, 1), network_key=HERE).is_open
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), network_key=HERE)


def test_an_address_has_a_limit_for_guests_in_all_networks(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(20)
    for number in range(12):
        place((product, 1), network_key=str(number // 3) * 64)
    with pytest.raises(DomainError) as refusal:
        place((product, 1), network_key=HERE)
    assert (refusal.value.code, refusal.value.details) == (
        "too_many_unpaid", {"until": clock.now() + timedelta(minutes=10)},
    )  # fmt: skip
    ada = member(email="ada@shop.example")
    assert place((product, 1), user_id=ada, network_key=HERE).is_open


def test_guest_orders_of_a_members_address_count_for_the_member_in_one_network(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(20)
    ada = member(email="ada.king@gmail.com")
    place((product, 1), email="adaking+shawls@googlemail.com", network_key=HERE)
    place((product, 1), email="a.daking@gmail.com", network_key=HERE)
    place((product, 1), user_id=ada, email="ada@office.example", network_key=HERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), user_id=ada, email="ada@office.example", network_key=HERE)
    assert place((product, 1), user_id=ada, email="ada@office.example", network_key=THERE).is_open


def test_unknown_buyers_of_a_network_are_counted_together(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(40)
    for number in range(30):
        place((product, 1), email=f"guest{number}@shop.example", network_key=HERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), email="one.more@shop.example", network_key=HERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), user_id=member(email="new@shop.example"), network_key=HERE)
    assert place((product, 1), email="one.more@shop.example", network_key=THERE).is_open


def test_members_with_a_paid_order_do_not_count_for_a_network(database: Flask, frozen: FrozenClock) -> None:
    """They neither use up the limit of their network nor are subject to it."""
    product = stocked(80)
    ada = member(email="ada@shop.example")
    paid((product, 1), user_id=ada)
    for _ in range(3):
        place((product, 1), user_id=ada, network_key=HERE)
    for number in range(30):
        place((product, 1), email=f"guest{number}@shop.example", network_key=HERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), email="one.more@shop.example", network_key=HERE)
    eve = member(email="eve@shop.example")
    paid((product, 1), user_id=eve)
    assert place((product, 1), user_id=eve, network_key=HERE).is_open


def test_a_fully_refunded_order_does_not_make_a_member_known(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(40)
    ada = member(email="ada@shop.example")
    bought = paid((product, 1), user_id=ada)
    for number in range(30):
        place((product, 1), email=f"guest{number}@shop.example", network_key=HERE)
    with step():
        services.cancel(order_id=bought.id)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), user_id=ada, network_key=HERE)


@pytest.mark.parametrize("end", ["paid", "cancelled", "expired"])
def test_a_paid_or_ended_order_no_longer_counts(database: Flask, frozen: FrozenClock, end: str) -> None:
    product = stocked(10)
    orders = [place((product, 1), network_key=HERE) for _ in range(3)]
    assert keys(orders[0]) == ("ada@shop.example", HERE)
    if end == "paid":
        pay(orders[0].id)
    elif end == "cancelled":
        with step():
            services.cancel(order_id=orders[0].id)
    else:
        frozen.advance(minutes=10)
    place((product, 1), network_key=HERE)
    if end == "expired":
        with step():
            services.expire_due()
    assert keys(orders[0]) == (None, None)


def test_units_are_limited_in_total_and_per_order(database: Flask, frozen: FrozenClock) -> None:
    products = [stocked(10) for _ in range(5)]
    with pytest.raises(DomainError) as refusal:
        place(*((product, 9) for product in products))
    assert (refusal.value.code, refusal.value.details) == ("order_too_large", {"most": 40})
    place(*((product, 10) for product in products[:3]))
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((products[3], 10), (products[4], 1))
    assert place((products[3], 10)).is_open


def test_gift_cards_do_not_count(database: Flask, frozen: FrozenClock) -> None:
    card = make_product("Gift card", price="50.00", stock=0, sold={"is_gift_card": True})
    for _ in range(5):
        assert place((card, 20)).is_open


def test_staff_can_change_the_maximum_units_per_order_of_a_product(
    database: Flask, frozen: FrozenClock
) -> None:
    product, other = stocked(30), stocked(30)
    with pytest.raises(DomainError) as refusal:
        place((product, 11))
    assert (refusal.value.code, refusal.value.details) == (
        "too_many_of_product", {"product_id": str(product.id), "most": 10},
    )  # fmt: skip
    with step():
        assert stock.set_most_per_order(product_id=product.id, most=25) is None
        stock.set_most_per_order(product_id=other.id, most=2)
    assert place((product, 25)).is_open
    with pytest.raises(DomainError, match="too_many_of_product"):
        place((other, 3), email="eve@shop.example")
    with step():
        assert stock.set_most_per_order(product_id=other.id, most=None) == 2
    assert place((other, 3), email="eve@shop.example").is_open


def test_the_same_checkout_placed_again_is_not_counted_twice(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(10)
    orders = [place((product, 1)) for _ in range(3)]
    assert place((product, 1), checkout_id=orders[2].checkout_id).id == orders[2].id


def test_uncounted_products_do_not_count(database: Flask, frozen: FrozenClock) -> None:
    endless, product = [uncounted() for _ in range(4)], stocked(40)
    for _ in range(4):
        place(*((one, 10) for one in endless), email="ada@shop.example", network_key=HERE)
    for _ in range(3):
        place((endless[0], 10), (product, 1), email="ada@shop.example", network_key=HERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((endless[0], 1), (product, 1), email="ada@shop.example", network_key=HERE)
    assert place((endless[0], 10), email="ada@shop.example", network_key=HERE).is_open
