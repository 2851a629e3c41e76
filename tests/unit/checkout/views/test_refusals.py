"""The table from the code of a refusal to its message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from kashcraft.cart.rules import NO_BENEFITS, Contents, PricedItems, cart_to_price
from kashcraft.checkout.queries import CheckoutState
from kashcraft.checkout.views.refusals import (
    CART_REFUSALS,
    CLAIM_REFUSALS,
    PROBLEMS,
    REFUSALS,
    RESTART_NOTICES,
    problem_of,
)
from kashcraft.core.clock import FrozenClock
from kashcraft.core.errors import DomainError
from kashcraft.pricing.rules import quote

pytestmark = pytest.mark.usefixtures("database")


def state() -> CheckoutState:
    price = PricedItems(goods=quote(cart_to_price([], currency="USD", tax_inclusive=False)))
    return CheckoutState(cart=Contents(), checkout=None, address=None, price=price, benefits=NO_BENEFITS)


def text_for(code: str, **details: Any) -> str:
    return problem_of(state(), DomainError(code, **details)).text


def test_every_refusal_of_an_order_has_one_answer() -> None:
    assert PROBLEMS.keys() == {*REFUSALS, *CLAIM_REFUSALS, *CART_REFUSALS, "order_changed"}
    assert not PROBLEMS.keys() & RESTART_NOTICES.keys()


def test_a_refusal_has_a_message() -> None:
    assert text_for("delivery_unavailable") == "Please choose one of these delivery methods."
    assert text_for("too_many_of_product", most=2, product_id="1") == "At most 2 of this piece per order."


def test_a_lost_claim_shows_the_new_total() -> None:
    assert text_for("points_short") == (
        "You have fewer points than before. Your total is $0.00 now; please look at it and press the button "
        "again."
    )


def test_too_many_unpaid_orders_show_the_minutes(frozen: FrozenClock) -> None:
    assert "try again in 3 minutes" in text_for("too_many_unpaid", until=frozen.moment + timedelta(minutes=3))


def test_an_order_without_a_snapshot_shows_the_total() -> None:
    problem = problem_of(state(), DomainError("order_changed", seen=None, now={}))
    assert problem.text == "The total is $0.00. Please look at your order and press the button again."
    assert problem.changes == []


def test_a_refusal_without_a_message_is_raised() -> None:
    refusal = DomainError("the_moon_is_down")
    with pytest.raises(DomainError) as raised:
        problem_of(cast(CheckoutState, None), refusal)
    assert raised.value is refusal
