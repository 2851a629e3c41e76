"""A paid order issues cards, which are sent by e-mail on their day."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock, jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.ids import new_id
from kashcraft.events.orders import GiftDetails, OrderPaid, PaidLine
from kashcraft.gift_cards import handlers, queries, services
from kashcraft.gift_cards import jobs as gift_card_jobs
from kashcraft.gift_cards.models import GiftCard
from kashcraft.gift_cards.queries import find_code
from kashcraft.notifications.models import Message
from tests.factories.rows import add_row

GIFT = GiftDetails(
    recipient_name="Zoon",
    recipient_email="zoon@shop.example",
    buyer_email="ada@shop.example",
    buyer_name="Ada King",
    currency="USD",
    message="For your new home\n<b>love</b>",
    design="gift-card-1",
)


def a_line() -> tuple[UUID, UUID]:
    """Write an order line and return its order and itself."""
    with step():
        order_id = add_row("orders")
        return order_id, add_row("order_lines", order_id=order_id)


def paid(quantity: int = 1, gift: GiftDetails | None = GIFT, *, is_gift_card: bool = True) -> OrderPaid:
    order_id, line_id = a_line()
    line = PaidLine(
        line_id=line_id, product_id=new_id(), quantity=quantity, net=5_000 * quantity,
        is_gift_card=is_gift_card, unit_price=5_000, gift=gift,
    )  # fmt: skip
    return OrderPaid(order_id, None, (line,), email_key="noor@shop.example")


def publish(event: OrderPaid) -> list[GiftCard]:
    in_step(lambda: handlers.issue_paid(event))
    return queries.list_of_lines([line.line_id for line in event.lines])


def deliver() -> None:
    gift_card_jobs.deliver_due()
    jobs.run_due()


def text_of(email: EmailMessage, kind: str = "plain") -> str:
    part = email.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_every_unit_becomes_a_card_of_its_price(database: Flask, frozen: FrozenClock) -> None:
    event = paid(3)
    cards = publish(event)
    assert [card.order_line_unit for card in cards] == [1, 2, 3]
    assert {(card.initial_value, card.current_balance, card.currency) for card in cards} == {
        (5_000, 5_000, "USD")
    }
    first = cards[0]
    assert (first.recipient_name, first.recipient_email, first.purchased_by_name) == (
        "Zoon",
        "zoon@shop.example",
        "Ada King",
    )
    assert (first.purchased_by_email, first.design, first.deliver_at, first.sent_at) == (
        "ada@shop.example",
        "gift-card-1",
        frozen.moment,
        None,
    )
    assert [entry.order_id for entry in queries.list_entries(first.id)] == [event.order_id]


def test_same_event_issues_cards_once(database: Flask) -> None:
    event = paid(2)
    assert [card.id for card in publish(event)] == [card.id for card in publish(event)]
    assert len(db.session.scalars(sa.select(GiftCard.id)).all()) == 2


@pytest.mark.parametrize(("gift", "is_gift_card"), [(GIFT, False), (None, False)])
def test_other_lines_issue_no_cards(database: Flask, gift: Any, is_gift_card: bool) -> None:
    assert publish(paid(gift=gift, is_gift_card=is_gift_card)) == []


def test_buyer_without_a_recipient_gets_the_card(database: Flask) -> None:
    gift = GiftDetails(recipient_name="", recipient_email="", buyer_email="ada@shop.example", currency="USD")
    card = publish(paid(gift=gift))[0]
    assert (card.recipient_email, card.recipient_name, card.custom_message, card.design) == (
        "ada@shop.example",
        None,
        None,
        None,
    )


def test_email_with_the_code_is_sent_once_on_the_chosen_day(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    day = frozen.moment + timedelta(days=9)
    gift = GiftDetails(**{**GIFT.__dict__, "deliver_at": day})
    card = publish(paid(gift=gift))[0]
    frozen.advance(days=8)
    deliver()
    assert sent_emails == []
    frozen.advance(days=1)
    deliver()
    deliver()
    assert len(sent_emails) == 1
    email = sent_emails[0]
    assert (email["To"], email["Subject"]) == (
        "zoon@shop.example",
        "Ada King sent you a gift card for Kashcraft",
    )
    for kind in ("plain", "html"):
        text = text_of(email, kind)
        assert str(find_code(card)) in text
        assert "$50.00" in text
        assert "For your new home" in text
        assert "/gift-cards/balance" in text
    # Shown as it was typed; the space without width keeps mail programs from making links.
    assert "&lt;b&gt;love&lt;/\u200bb&gt;" in text_of(email, "html")
    assert "http://localhost/media/gift-card-1-640.webp" in text_of(email, "html")
    db.session.refresh(card)
    assert card.sent_at == day


def test_message_and_outbox_do_not_contain_the_code(database: Flask, sent_emails: list[EmailMessage]) -> None:
    card = publish(paid())[0]
    code = str(find_code(card))
    gift_card_jobs.deliver_due()
    message = db.session.scalars(sa.select(Message)).one()
    owed = db.session.scalars(sa.select(jobs.Outbox)).all()
    stored_text = f"{message.context} {[row.payload for row in owed]}"
    assert message.template == "gift_card"
    assert code not in stored_text
    assert code.replace("-", "") not in stored_text
    assert str(card.id) in stored_text


def test_email_after_the_code_was_deleted_says_so(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    card = publish(paid())[0]
    code = str(find_code(card))
    gift_card_jobs.deliver_due()
    frozen.advance(days=30)
    gift_card_jobs.forget_codes()
    jobs.run_due()
    assert code not in text_of(sent_emails[0])
    assert "no longer kept here" in text_of(sent_emails[0])
    assert "no longer kept here" in text_of(sent_emails[0], "html")


def test_a_cancelled_card_is_not_sent(database: Flask, sent_emails: list[EmailMessage]) -> None:
    card = publish(paid())[0]
    in_step(lambda: services.cancel(card_id=card.id))
    assert in_step(lambda: services.mark_sent(card_id=card.id)) is None
    deliver()
    assert sent_emails == []


def test_a_card_without_an_address_or_a_day_waits(database: Flask, sent_emails: list[EmailMessage]) -> None:
    in_step(lambda: services.issue(card=services.NewCard(value=100, currency="USD", deliver_at=clock.now())))
    in_step(
        lambda: services.issue(
            card=services.NewCard(value=100, currency="USD", recipient_email="zoon@shop.example")
        )
    )
    deliver()
    assert sent_emails == []


def test_email_states_the_last_day(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    in_step(
        lambda: services.issue(
            card=services.NewCard(
                value=100,
                currency="USD",
                deliver_at=clock.now(),
                recipient_email="zoon@shop.example",
                expires_at=frozen.moment + timedelta(days=365),
            )
        )
    )
    deliver()
    assert sent_emails[0]["Subject"] == "Your gift card for Kashcraft"
    assert "valid until March 2, 2027" in text_of(sent_emails[0])
    assert "valid until March 2, 2027" in text_of(sent_emails[0], "html")
