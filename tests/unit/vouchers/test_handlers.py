"""Uses of a guest count for the account that the guest opens later."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId, new_id
from kashcraft.events.accounts import CustomerRegistered
from kashcraft.vouchers import handlers
from kashcraft.vouchers.models import VoucherUsage
from tests.factories.people import person
from tests.factories.rows import add_row
from tests.factories.vouchers import make_voucher, use


def users_of(*usages: UUID) -> list[UUID | None]:
    db.session.rollback()
    rows = dict(
        tuple(row)
        for row in db.session.execute(
            sa.select(VoucherUsage.id, VoucherUsage.user_id).where(VoucherUsage.id.in_(usages))
        )
    )
    return [rows[usage] for usage in usages]


def register(user_id: UUID) -> None:
    with step():
        handlers.assign_guest_uses(CustomerRegistered(user_id=UserId(user_id)))


@pytest.mark.parametrize("typed", ["ada@shop.example", "Ada@Shop.example"])
def test_guest_uses_are_assigned_to_the_new_account(database: Flask, typed: str) -> None:
    hers = use(make_voucher(code="SPRING"), "ada@shop.example").id
    anothers = use(make_voucher(code="SUMMER"), "grace@shop.example").id
    with step():
        ada = add_row("users", email=typed, email_key=typed.lower())
    register(ada)

    assert users_of(hers, anothers) == [ada, None]


def test_uses_of_another_account_stay_with_it(database: Flask) -> None:
    hers = use(make_voucher(), "ada@shop.example").id
    first = person(email="ada@shop.example")
    register(first)
    with step():
        db.session.execute(sa.text("UPDATE users SET email = NULL, email_key = NULL"))
    register(person(email="ada@shop.example"))

    assert users_of(hers) == [first]


def test_missing_user_or_address_assigns_nothing(database: Flask) -> None:
    used = use(make_voucher(), "ada@shop.example").id
    with step():
        nameless = add_row("users", email=None, email_key=None)
    for user_id in (nameless, new_id()):
        register(user_id)

    assert users_of(used) == [None]
