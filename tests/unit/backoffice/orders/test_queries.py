"""Everything about an order, in one look-up of a fixed price."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kashcraft.backoffice.orders import queries
from kashcraft.core.db import step
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import new_id
from kashcraft.loyalty.rules import Earned
from kashcraft.orders import services
from tests.factories.orders import member, paid, place, stocked


def test_an_order_comes_with_its_account_its_points_and_who_did_what(
    database: Flask, count_statements: Any
) -> None:
    order_id = paid((stocked(5, name="Shawl"), 1), user_id=member()).id
    colleague = member(email="asha@shop.example")
    for text in ("Wrap it", "Call first"):
        with step():
            services.add_note(order_id=order_id, text=text, actor_id=colleague)

    with count_statements() as statements:
        found = queries.get_whole_order(order_id)

    assert len(statements) == 8
    assert found.account is not None
    assert found.account.left == 4500
    assert found.earned == Earned(40, 10_000, "USD")
    assert found.actors[colleague] == "Asha Bhat"
    assert list(found.names.values()) == ["Shawl"]


def test_an_unpaid_order_has_no_account_and_earned_nothing(database: Flask) -> None:
    found = queries.get_whole_order(place((stocked(5), 1)).id)

    assert (found.account, found.earned, found.returns) == (None, None, [])
    with pytest.raises(NotFound):
        queries.get_whole_order(new_id())
