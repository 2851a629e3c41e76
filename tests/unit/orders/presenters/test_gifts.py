"""The gift cards of an order: recipients and status."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.orders import presenters
from kashcraft.orders.models import OrderLine
from kashcraft.orders.presenters import TimelineStep
from kashcraft.orders.rules import CardState
from tests.factories.drafts import made_order

LINE = UUID(int=1)
SENT = datetime(2026, 3, 8, 8, 0, tzinfo=UTC)
FOR_BOB = {"recipient_name": "Bob", "recipient_email": "bob@shop.example", "message": "Enjoy"}
LATER = {**FOR_BOB, "deliver_on": "2026-03-08"}


def card(**details: str) -> OrderLine:
    return OrderLine(id=LINE, is_gift_card=True, unit_price=3000, quantity=2, details=details, picture=None)


@pytest.mark.parametrize(
    ("details", "state", "text", "step"),
    [
        (FOR_BOB, None, "Sent to Bob as soon as it is paid", "todo"),
        (LATER, None, "Will be sent to Bob on March 8, 2026", "todo"),
        (LATER, CardState(SENT, None), "Will be sent to Bob on March 8, 2026", "current"),
        (FOR_BOB, CardState(None, None), "On its way to Bob", "current"),
        (FOR_BOB, CardState(None, SENT), "Sent to Bob on March 8, 2026", "done"),
        (FOR_BOB, CardState(None, SENT, cancelled=True), "Cancelled: gift card for Bob", "failed"),
    ],
)
def test_a_card_has_a_status_text_and_a_step_state(
    details: dict[str, str], state: CardState | None, text: str, step: str
) -> None:
    states = {LINE: state} if state else {}
    (shown,) = presenters.shown_gifts(made_order(), [card(**details)], states, Formats())

    assert (shown.status_text, shown.state) == (text, step)
    assert (shown.message, shown.value, shown.quantity) == ("Enjoy", Money(3000, "USD"), 2)
    assert presenters.gift_steps([shown]) == [TimelineStep(text, step, text="bob@shop.example")]


def test_a_card_without_a_recipient_is_for_the_buyer() -> None:
    (shown,) = presenters.shown_gifts(made_order(email="ada@shop.example"), [card()], {}, Formats())

    assert (shown.recipient, shown.address) == ("you", "ada@shop.example")


def test_lines_without_gift_cards_are_left_out() -> None:
    assert presenters.shown_gifts(made_order(), [OrderLine(is_gift_card=False)], {}, Formats()) == []
