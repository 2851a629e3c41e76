"""Reads of orders."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import UserId, new_id
from kashcraft.core.money import Money
from kashcraft.orders import queries, services
from kashcraft.orders.models import Order
from kashcraft.orders.queries import FailedRefund, ListedOrder
from kashcraft.orders.rules import OrderStatus, RefundStatus, ReturnReason, ReturnState
from tests.factories.orders import member, paid, place, stocked
from tests.factories.people import person


def shipped(order: Order) -> Order:
    with step():
        services.start_processing(order_id=order.id)
        return services.mark_shipped(order_id=order.id)


def test_an_order_number_is_found_in_any_spelling(database: Flask) -> None:
    order = place((stocked(5), 1))
    typed = order.number.lower().replace("-", " ")

    assert queries.find_order_id(typed) == order.id
    assert queries.find_order_id("KC-NOTHING") is None
    assert queries.list_numbers({order.id}) == {order.id: order.number}
    assert queries.list_contacts([order.id, None]) == {order.id: (order.number, "ada@shop.example")}


def test_an_order_is_found_by_number_and_address_together(database: Flask) -> None:
    order = place((stocked(5), 1))

    found = queries.find_order(number=order.number, email="Ada@Shop.example")
    assert found is not None
    assert found.id == order.id
    assert queries.find_order(number=order.number, email="bob@shop.example") is None


def test_an_order_is_visible_to_its_owner_and_with_its_key(database: Flask) -> None:
    owner, other = member(), member(email="bob@shop.example")
    order = place((stocked(5), 1), user_id=owner)

    for user_id, opened_id in ((owner, None), (None, order.id)):
        shown = queries.get_visible_order(number=order.number, user_id=user_id, opened_id=opened_id)
        assert [line.quantity for line in shown.lines] == [1]
    for user_id, opened_id in ((other, None), (None, None), (None, new_id())):
        with pytest.raises(NotFound):
            queries.get_visible_order(number=order.number, user_id=user_id, opened_id=opened_id)


def test_a_full_order_is_read_in_three_statements_without_refunds(
    database: Flask, count_statements: Any
) -> None:
    order_id = paid((stocked(5), 2)).id
    db.session.expire_all()

    with count_statements() as statements:
        whole = queries.get_full_order(order_id)
        parts = (len(whole.lines), [event.kind for event in whole.events], whole.refunds)

    assert parts == (1, ["placed", "paid"], [])
    assert len(statements) == 3
    with pytest.raises(NotFound):
        queries.get_full_order(new_id())


def test_orders_of_a_customer_are_listed_newest_first(database: Flask, frozen: FrozenClock) -> None:
    user_id, shawl = member(), stocked(9, name="Shawl")
    place((shawl, 1), user_id=user_id)
    frozen.advance(minutes=1)
    latest = paid((shawl, 2), user_id=user_id)
    place((shawl, 1))

    rows, total = queries.list_orders_of(user_id=user_id, page=1, size=1)

    assert total == 2
    assert rows == [
        ListedOrder(
            number=latest.number, placed_at=latest.placed_at, status=OrderStatus.PAID,
            refunded=RefundStatus.NONE, total=Money(8500, "USD"), first="Shawl", units=2,
        )
    ]  # fmt: skip


def test_orders_of_a_status_are_listed_first_paid_first(database: Flask, frozen: FrozenClock) -> None:
    shawl = stocked(9)
    first = paid((shawl, 1))
    frozen.advance(minutes=1)
    second, refunded = paid((shawl, 1)), paid((shawl, 1))
    unpaid = place((shawl, 1))
    with step():
        services.refund_in_full(order_id=refunded.id, reason="Broken")

    rows, total = queries.search_orders(statuses=[OrderStatus.PAID])
    newest, _ = queries.search_orders(statuses=[OrderStatus.PAID], descending=True, size=1)

    assert ([row.id for row in rows], total) == ([first.id, second.id], 2)
    assert [row.id for row in newest] == [second.id]
    assert queries.count_by_status() == {OrderStatus.PAID: 2, OrderStatus.PENDING: 1}
    assert queries.search_orders()[1] == 4
    assert [row.id for row in queries.search_orders(statuses=[OrderStatus.PENDING])[0]] == [unpaid.id]


@pytest.mark.parametrize("words", ["king", "KING ad", "ada@shop", "{number}", "{half}"])
def test_an_order_is_found_by_half_a_name_an_address_or_a_number(database: Flask, words: str) -> None:
    order = paid((stocked(9), 1))
    typed = words.format(number=order.number.lower(), half=order.number.replace("-", "")[:6])

    assert [row.id for row in queries.search_orders(words=typed)[0]] == [order.id]
    assert queries.search_orders(words=f"{typed} nobody") == ([], 0)


def test_the_orders_of_one_customer_are_found(database: Flask) -> None:
    asha, product = person(), stocked(9)
    own = paid((product, 1), user_id=asha)
    paid((product, 1))

    found, total = queries.search_orders(user_id=UserId(asha))

    assert ([row.id for row in found], total) == ([own.id], 1)


def test_a_percent_sign_is_looked_for_as_it_is(database: Flask) -> None:
    paid((stocked(9), 1))

    assert queries.search_orders(words="%") == ([], 0)


def test_a_return_is_open_until_it_is_refused_or_refunded(database: Flask) -> None:
    order = shipped(paid((stocked(5), 2)))
    (line,) = queries.get_full_order(order.id).lines
    with step():
        asked = services.request_return(
            order_id=order.id, lines={line.id: (1, ReturnReason.DAMAGED)}, key="first"
        )

    (found,), total = queries.search_returns(page=1, size=9)
    assert (found.id, found.order_id, found.number, total) == (asked.id, order.id, order.number, 1)
    assert [(item.name, item.units) for item in found.items] == [(line.name, 1)]
    assert found.reasons == (ReturnReason.DAMAGED,)
    assert queries.count_returns_by_state() == {ReturnState.REQUESTED: 1}
    assert queries.search_returns(states=[ReturnState.RECEIVED], page=1, size=9) == ([], 0)
    assert queries.get_order_of_return(asked.id) == order.id
    assert [[part.quantity for part in one.lines] for one in queries.list_returns(order.id)] == [[1]]
    with step():
        services.refuse_return(return_id=asked.id, answer="Worn")
    assert queries.search_returns(page=1, size=9) == ([], 0)
    assert queries.count_returns_by_state() == {}
    with pytest.raises(NotFound):
        queries.get_order_of_return(new_id())


def test_returns_are_searched_like_orders_and_sorted_by_number_and_age(
    database: Flask, frozen: FrozenClock
) -> None:
    numbers = []
    for name in ("first", "second"):
        order = shipped(paid((stocked(5), 2)))
        (line,) = queries.get_full_order(order.id).lines
        with step():
            services.request_return(order_id=order.id, lines={line.id: (1, ReturnReason.DAMAGED)}, key=name)
        numbers.append(order.number)
        frozen.advance(hours=1)

    def found(**asked: Any) -> list[str]:
        rows, total = queries.search_returns(page=1, size=9, **asked)
        assert total == len(rows)
        return [row.number for row in rows]

    assert (found(), found(descending=True)) == (numbers, numbers[::-1])
    assert (found(sort="order"), found(sort="order", descending=True)) == (
        sorted(numbers),
        sorted(numbers, reverse=True),
    )
    assert found(words=numbers[1].lower()) == numbers[1:]
    assert found(words="nobody") == []


def test_a_refund_that_the_processor_refuses_is_listed(database: Flask) -> None:
    order = paid((stocked(5), 1))
    with step():
        refund = services.refund(order_id=order.id, amount=1000, reason="Late", key="late")
    assert queries.list_failed_refunds() == []
    with step():
        services.mark_refund_failed(refund_id=refund.id, reason="Account closed")

    assert queries.list_failed_refunds() == [FailedRefund(order.id, order.number, Money(1000, "USD"), "Late")]
    account = queries.get_refund_account(queries.get_full_order(order.id))
    assert (account.refunded, account.charged_back, account.left) == (1000, 1000, 3500)
