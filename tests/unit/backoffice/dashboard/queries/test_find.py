"""The search for everything, section by section."""

from __future__ import annotations

from typing import Any

from flask import Flask

from kashcraft.backoffice.dashboard.queries.find import get_found
from kashcraft.backoffice.rules import Permission
from kashcraft.core import clock
from tests.factories.catalogue import make_product
from tests.factories.orders import member, place, stocked
from tests.factories.vouchers import make_voucher

EVERYTHING = frozenset(Permission)


def test_each_section_finds_its_own(database: Flask) -> None:
    order = place((stocked(50, name="Walnut bowl"), 1))
    voucher = make_voucher()
    user_id = member(email="walnut@shop.example")

    orders = get_found(order.number, EVERYTHING, moment=clock.now())
    vouchers = get_found(voucher.name, EVERYTHING, moment=clock.now())
    walnut = get_found("walnut", EVERYTHING, moment=clock.now())

    assert ([one.id for one in orders["orders"].items], orders["orders"].total) == ([order.id], 1)
    assert [one.id for one in vouchers["vouchers"].items] == [voucher.id]
    assert [one.user_id for one in walnut["members"].items] == [user_id]
    assert [one.name for one in walnut["stock"].items] == ["Walnut bowl"]


def test_sections_without_permission_are_not_searched(database: Flask, count_statements: Any) -> None:
    stocked(50, name="Walnut bowl")

    with count_statements() as statements:
        found = get_found("walnut", {Permission.VIEW_DASHBOARD}, moment=clock.now())

    assert (found, len(statements)) == ({}, 0)


def test_five_items_of_a_section_are_shown_and_all_are_counted(
    database: Flask, count_statements: Any
) -> None:
    make_product("Walnut bowl", stock=5)
    with count_statements() as one:
        get_found("walnut", EVERYTHING, moment=clock.now())
    for number in range(6):
        make_product(f"Walnut box {number}", stock=5)
    with count_statements() as many:
        found = get_found("walnut", EVERYTHING, moment=clock.now())

    assert (len(found["stock"].items), found["stock"].total) == (5, 7)
    assert len(one) == len(many)
