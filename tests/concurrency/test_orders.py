"""Concurrent orders: one order per checkout, one final status per order, and correct figures."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.books import queries as books
from kashcraft.cart.models import CartLine
from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.core.jobs import run_due
from kashcraft.core.signing import sign
from kashcraft.inventory.models import Inventory, InventoryReservation
from kashcraft.orders import jobs as order_jobs
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderEvent, OrderStatus, Refund
from kashcraft.payments import services as payments
from kashcraft.payments.gateways import cards
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment, PaymentEvent, PaymentStatus, WebhookReceipt
from tests.conftest import browser
from tests.factories import shopping
from tests.factories.orders import (
    card_terms,
    draft_of,
    member,
    open_payment,
    place,
    placed,
    stocked,
    voucher_terms,
)
from tests.support.races import at_once, codes
from tests.support.shopper import Shopper, target_of


def count(model: type[Any], *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def on_hand() -> list[tuple[int, int]]:
    """Return (quantity, reserved) of every product."""
    rows = db.session.execute(sa.select(Inventory.quantity, Inventory.reserved).order_by(Inventory.id))
    return [(row.quantity, row.reserved) for row in rows]


def webhook(order: Order) -> tuple[bytes, str]:
    """Pay an order at the processor and return its webhook with the signature."""
    payment_id = open_payment(order).id
    reference = db.session.get_one(Payment, payment_id).gateway_reference or ""
    event = processor().pay(reference, cards.CARDS[0])
    assert event is not None
    return event.body, gateway().sign(event.body)


def delivered(message: tuple[bytes, str]) -> Callable[[], Any]:
    """Return a function that delivers a webhook."""
    body, signature = message
    return lambda: payments.receive(gateway="sandbox", body=body, signature=signature)


def test_payments_at_the_end_of_the_hold_sell_each_unit_once_or_are_refunded(database: Flask) -> None:
    product, voucher, buyers = stocked(6), voucher_terms(per_user=9), [member(500) for _ in range(6)]
    held = [
        place((product, 1), user_id=user_id, voucher=voucher, gift_cards=(card_terms(10_00),))
        for user_id in buyers
    ]
    messages = [webhook(order) for order in held]
    with step():
        db.session.execute(sa.update(Order).values(expires_at=clock.now()))
    at_once(database, [*map(delivered, messages), *[order_jobs.expire_due] * 4])
    run_due()
    assert Counter(db.session.scalars(sa.select(Order.status))) == {OrderStatus.PAID: 6}
    assert count(Payment, Payment.status == PaymentStatus.SUCCEEDED) == 6
    assert on_hand() == [(0, 0)]
    assert books.list_differences() == []


def test_a_payment_whose_unit_was_sold_to_another_customer_is_refunded(database: Flask) -> None:
    product = stocked(4)
    held = [place((product, 1), email=f"held{number}@shop.example") for number in range(4)]
    messages = [webhook(order) for order in held]
    with step():
        db.session.execute(sa.update(Order).values(expires_at=clock.now()))
    drafts = [draft_of([(product, 1)], email=f"other{number}@shop.example") for number in range(4)]

    def buy(number: int) -> Callable[[], Any]:
        return lambda: in_step(lambda: placed(drafts[number]).id)

    answers = at_once(
        database, [*map(delivered, messages), order_jobs.expire_due, *(buy(number) for number in range(4))]
    )
    run_due()
    others = sum(isinstance(answer, UUID) for answer in answers[5:])
    sold = count(Order, Order.status == OrderStatus.PAID)
    assert codes(answers[5:])["out_of_stock"] == 4 - others
    assert (sold, count(Refund)) == (4 - others, others)
    assert on_hand() == [(others, others)]
    assert books.list_differences() == []


def test_orders_of_the_same_products_in_opposite_order_do_not_deadlock(database: Flask) -> None:
    first, second, voucher = stocked(8), stocked(8), voucher_terms(per_user=None, max_usages=12)
    pairs = [[(first, 1), (second, 1)], [(second, 1), (first, 1)]]
    drafts = [
        draft_of(pairs[number % 2], email=f"buyer{number}@shop.example", voucher=voucher)
        for number in range(16)
    ]

    def buy_and_end(number: int) -> OrderStatus:
        order_id = in_step(lambda: placed(drafts[number]).id)
        if number % 4 < 2:
            return in_step(lambda: orders.cancel(order_id=order_id).status)
        return in_step(lambda: orders.mark_paid(order_id=order_id, payment_reference="p").status)

    answers = at_once(database, [lambda number=number: buy_and_end(number) for number in range(16)])
    refused = {answer.code for answer in answers if isinstance(answer, DomainError)}
    assert refused <= {"out_of_stock", "voucher_used_up"}
    sold = count(Order, Order.status == OrderStatus.PAID)
    assert count(Order, Order.status == OrderStatus.PENDING) == 0
    assert 0 < sold <= 8
    assert on_hand() == [(8 - sold, 0)] * 2
    assert [entry for entry in books.list_differences() if entry.figure != "payments.paid"] == []


def test_ten_concurrent_requests_of_one_checkout_create_one_order_and_payment(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The number of waiting steps that SQLite allows before the shop reports that it is busy.
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], threads=11))
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product("Walnut bowl", 4300, stock=10)
    shopper = Shopper(browser(app))
    shopper.add(bowl, 2)
    shopper.enter_contact()
    shopper.choose_delivery()
    seen, cookies = shopper.seen(), shopper.client

    def press() -> str:
        own = browser(app)
        own._cookies = dict(cookies._cookies or {})
        return target_of(Shopper(own).place(seen))

    with app.app_context():
        pages = at_once(app, [press] * 10)
        assert (count(Order), count(Payment)) == (1, 1)
        assert len(set(pages)) == 1
        assert on_hand() == [(10, 2)]
    shopper.pay(pages[0])
    with app.app_context():
        assert count(Order, Order.status == OrderStatus.PAID) == 1
        assert on_hand() == [(8, 0)]
        assert books.list_differences() == []


def test_every_webhook_is_processed_once_however_often_it_is_delivered(database: Flask) -> None:
    product = stocked(5)
    messages = [webhook(place((product, 1), user_id=member(100))) for _ in range(3)]
    calls = [delivered(message) for _ in range(5) for message in messages]
    answers = at_once(database, calls)
    run_due()
    assert sum(answer is not None for answer in answers) == 3
    assert (count(WebhookReceipt), count(OrderEvent, OrderEvent.kind == "paid")) == (3, 3)
    assert count(PaymentEvent, PaymentEvent.kind == PaymentStatus.SUCCEEDED.value) == 3
    assert on_hand() == [(2, 0)]
    assert books.list_differences() == []


def test_an_unreadable_event_is_processed_once_when_it_is_sent_readable(database: Flask) -> None:
    order = place((stocked(5), 1), user_id=member(100))
    body, signature = webhook(order)
    odd = body.replace(b'"amount":4500', b'"amount":"4500"')
    assert odd != body
    assert payments.receive(gateway="sandbox", body=odd, signature=gateway().sign(odd)) is None
    assert count(WebhookReceipt, WebhookReceipt.processed_at.is_(None)) == 1

    answers = at_once(database, [delivered((body, signature)) for _ in range(8)])
    run_due()

    assert sum(answer is not None for answer in answers) == 1
    assert count(WebhookReceipt) == count(WebhookReceipt, WebhookReceipt.processed_at.is_not(None)) == 1
    assert count(PaymentEvent, PaymentEvent.kind == PaymentStatus.SUCCEEDED.value) == 1
    assert count(OrderEvent, OrderEvent.kind == "paid") == 1
    assert on_hand() == [(4, 0)]
    assert books.list_differences() == []


def test_expiring_orders_and_a_new_order_of_the_same_products_do_not_deadlock(
    database: Flask,
) -> None:
    first, second = sorted((stocked(1), stocked(1)), key=lambda product: product.id)
    for minutes, product in ((2, second), (1, first)):
        order = place((product, 1))
        past = {"expires_at": clock.now() - timedelta(minutes=minutes)}
        with step():
            db.session.execute(sa.update(Order).where(Order.id == order.id).values(past))
            held = InventoryReservation.order_id == order.id
            db.session.execute(sa.update(InventoryReservation).where(held).values(past))
    draft, errors = draft_of([(first, 1), (second, 1)]), list[BaseException]()

    def buy() -> None:
        with database.app_context():
            in_step(lambda: placed(draft))
            db.session.remove()

    buyer = threading.Thread(target=buy)

    def begin(_conn: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.startswith("UPDATE inventories") and buyer.ident is None:
            buyer.start()
            buyer.join(timeout=0.5)

    def note(context: Any) -> None:
        errors.append(context.original_exception)

    listeners = {"before_cursor_execute": begin, "handle_error": note}
    for name, listener in listeners.items():
        sa.event.listen(db.engine, name, listener)
    order_jobs.expire_due()
    buyer.join(timeout=20)
    for name, listener in listeners.items():
        sa.event.remove(db.engine, name, listener)
    assert errors == []
    assert Counter(db.session.scalars(sa.select(Order.status))) == {
        OrderStatus.EXPIRED: 2,
        OrderStatus.PENDING: 1,
    }
    assert books.list_differences() == []


def test_paying_an_order_and_filling_its_cart_do_not_deadlock(database: Flask) -> None:
    shopping.add_taxes_and_delivery()
    bowl, jar = shopping.add_product("Walnut bowl", 4300, stock=5), shopping.add_product("Jar", 900, stock=5)
    shopper = Shopper(browser(database))
    shopper.add(bowl)
    shopper.reach_payment()
    waiting = db.session.scalars(sa.select(Order)).one()
    ended = place((db.session.get_one(Product, jar), 1))
    with step():
        orders.cancel(order_id=ended.id)
    number, key, cookies = ended.number, sign("order", [str(ended.id), 1]), shopper.client._cookies
    answers, errors = list[int](), list[BaseException]()

    def again() -> None:
        other = browser(database)
        other._cookies = dict(cookies or {})
        answers.append(other.post(f"/cart/orders/{number}", data={"key": key, "anew": "1"}).status_code)

    presser = threading.Thread(target=again)

    def begin(_conn: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.startswith("DELETE FROM cart_lines") and presser.ident is None:
            presser.start()
            presser.join(timeout=0.5)

    def note(context: Any) -> None:
        errors.append(context.original_exception)

    listeners = {"before_cursor_execute": begin, "handle_error": note}
    for name, listener in listeners.items():
        sa.event.listen(db.engine, name, listener)
    in_step(lambda: orders.mark_paid(order_id=waiting.id, payment_reference="p1", method="Visa"))
    presser.join(timeout=20)
    for name, listener in listeners.items():
        sa.event.remove(db.engine, name, listener)
    assert (errors, answers) == ([], [303])
    db.session.rollback()
    assert db.session.get_one(Order, waiting.id).status is OrderStatus.PAID
    assert list(db.session.execute(sa.select(CartLine.product_id, CartLine.quantity))) == [(jar, 1)]


def test_concurrent_payments_get_invoice_numbers_without_gaps_or_duplicates(database: Flask) -> None:
    waiting = [place((stocked(1), 1), email=f"buyer{number}@shop.example") for number in range(12)]
    messages = [webhook(order) for order in waiting]
    at_once(database, [delivered(message) for message in messages for _ in range(2)])

    numbers = db.session.scalars(sa.select(Order.invoice_number).order_by(Order.invoice_number)).all()
    assert numbers == list(range(1, 13))
