"""Guest orders are assigned to the account that has confirmed their address."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId, new_id
from kashcraft.events.accounts import EmailConfirmed
from kashcraft.orders import handlers
from kashcraft.orders.models import Order
from tests.factories.orders import place, stocked
from tests.factories.people import person
from tests.factories.rows import add_row


def confirm(user_id: UUID) -> None:
    with step():
        handlers.adopt_guest_orders(EmailConfirmed(user_id=UserId(user_id)))


def owners() -> dict[str, UUID | None]:
    db.session.rollback()
    return {row.number: row.user_id for row in db.session.execute(sa.select(Order.number, Order.user_id))}


def test_guest_orders_of_the_confirmed_address_are_assigned(database: Flask) -> None:
    bowl = stocked(9)
    mine, anothers = (
        place((bowl, 1), email=email).number for email in ("ada@shop.example", "grace@shop.example")
    )
    ada = person(email="ada@shop.example")
    for _ in range(2):
        confirm(ada)
        assert owners() == {mine: ada, anothers: None}


def test_an_order_of_an_account_is_not_reassigned(database: Flask) -> None:
    first = person()
    number = place((stocked(9), 1), email="ada@shop.example", user_id=first).number
    confirm(person(email="ada@shop.example"))

    assert owners() == {number: first}


def test_a_deleted_account_or_one_without_an_address_gets_no_orders(database: Flask) -> None:
    number = place((stocked(9), 1), email="ada@shop.example").number
    with step():
        nameless = add_row("users", email=None, email_key=None)
    for account in (nameless, new_id()):
        confirm(account)

    assert owners() == {number: None}
