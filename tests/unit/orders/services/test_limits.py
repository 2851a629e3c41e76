"""What is held without being paid: counted by buyer, by e-mail address, and by the strangers of a network."""

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


def test_a_guest_is_counted_by_the_mailbox_however_it_is_written(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(10)
    for email in ("ada.king@gmail.com", "adaking+shawls@googlemail.com", "ADA.KING@gmail.com"):
        place((product, 1), email=email)
    with pytest.raises(DomainError) as refusal:
        place((product, 1), email="a.d.a.king@gmail.com")
    assert (refusal.value.code, refusal.value.details) == (
        "too_many_unpaid", {"until": clock.now() + timedelta(minutes=10)},
    )  # fmt: skip
    assert place((product, 1), email="eve@shop.example").is_open


def test_a_member_is_counted_by_the_account_and_not_by_what_guests_write(
    database: Flask, frozen: FrozenClock
) -> None:
    """Nobody keeps a member from ordering by placing orders under their address."""
    product = stocked(10)
    ada = member(email="ada@shop.example")
    for _ in range(3):
        place((product, 1), email="ada@shop.example")
    for number in range(3):
        place((product, 1), user_id=ada, email=f"other{number}@shop.example")
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), user_id=ada, email="another@shop.example")


def test_a_guest_whose_address_a_stranger_uses_elsewhere_still_orders(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(20)
    for _ in range(3):
        place((product, 1), network_key=THERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), network_key=THERE)
    for _ in range(3):
        assert place((product, 1), network_key=HERE).is_open
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), network_key=HERE)


def test_one_address_in_all_networks_has_a_limit_of_its_own_which_members_do_not_share(
    database: Flask, frozen: FrozenClock
) -> None:
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


def test_a_member_who_orders_as_a_guest_too_is_one_buyer_in_one_network(
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


def test_the_strangers_of_a_network_are_counted_together(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(40)
    for number in range(30):
        place((product, 1), email=f"guest{number}@shop.example", network_key=HERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), email="one.more@shop.example", network_key=HERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), user_id=member(email="new@shop.example"), network_key=HERE)
    assert place((product, 1), email="one.more@shop.example", network_key=THERE).is_open


def test_members_who_have_paid_before_are_no_strangers_in_any_network(
    database: Flask, frozen: FrozenClock
) -> None:
    """They neither use up what their network's strangers may hold, nor wait for these."""
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


def test_an_order_that_was_taken_back_whole_proves_nothing(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(40)
    ada = member(email="ada@shop.example")
    bought = paid((product, 1), user_id=ada)
    for number in range(30):
        place((product, 1), email=f"guest{number}@shop.example", network_key=HERE)
    with step():
        services.cancel(order_id=bought.id)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((product, 1), user_id=ada, network_key=HERE)


@pytest.mark.parametrize("end", ["paid", "cancelled", "lapsed"])
def test_an_order_that_is_paid_or_ends_makes_room_and_is_counted_by_nobody(
    database: Flask, frozen: FrozenClock, end: str
) -> None:
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
    if end == "lapsed":
        with step():
            services.expire_due()
    assert keys(orders[0]) == (None, None)


def test_units_are_counted_together_and_one_order_has_a_most_of_its_own(
    database: Flask, frozen: FrozenClock
) -> None:
    products = [stocked(10) for _ in range(5)]
    with pytest.raises(DomainError) as refusal:
        place(*((product, 9) for product in products))
    assert (refusal.value.code, refusal.value.details) == ("order_too_large", {"most": 40})
    place(*((product, 10) for product in products[:3]))
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((products[3], 10), (products[4], 1))
    assert place((products[3], 10)).is_open


def test_gift_cards_hold_nothing_and_are_not_counted(database: Flask, frozen: FrozenClock) -> None:
    card = make_product("Gift card", price="50.00", stock=0, sold={"is_gift_card": True})
    for _ in range(5):
        assert place((card, 20)).is_open


def test_a_product_has_a_most_per_order_that_staff_can_change(database: Flask, frozen: FrozenClock) -> None:
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


def test_what_is_not_counted_holds_nothing_and_counts_for_nothing(
    database: Flask, frozen: FrozenClock
) -> None:
    endless, product = [uncounted() for _ in range(4)], stocked(40)
    for _ in range(4):
        place(*((one, 10) for one in endless), email="ada@shop.example", network_key=HERE)
    for _ in range(3):
        place((endless[0], 10), (product, 1), email="ada@shop.example", network_key=HERE)
    with pytest.raises(DomainError, match="too_many_unpaid"):
        place((endless[0], 1), (product, 1), email="ada@shop.example", network_key=HERE)
    assert place((endless[0], 10), email="ada@shop.example", network_key=HERE).is_open
