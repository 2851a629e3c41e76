"""Orders of a guest belong to the account whose address has proven to be theirs."""

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


def test_orders_of_the_address_join_and_those_of_others_do_not(database: Flask) -> None:
    bowl = stocked(9)
    mine, anothers = (
        place((bowl, 1), email=email).number for email in ("ada@shop.example", "grace@shop.example")
    )
    ada = person(email="ada@shop.example")
    for _ in range(2):
        confirm(ada)
        assert owners() == {mine: ada, anothers: None}


def test_an_order_of_an_account_stays_with_it(database: Flask) -> None:
    first = person()
    number = place((stocked(9), 1), email="ada@shop.example", user_id=first).number
    confirm(person(email="ada@shop.example"))

    assert owners() == {number: first}


def test_somebody_who_is_gone_or_has_no_address_adopts_nothing(database: Flask) -> None:
    number = place((stocked(9), 1), email="ada@shop.example").number
    with step():
        nameless = add_row("users", email=None, email_key=None)
    for somebody in (nameless, new_id()):
        confirm(somebody)

    assert owners() == {number: None}
