"""The e-mail that brings a card to its recipient, and the deletion of old codes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed
from kashcraft.core.ids import GiftCardId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats, settings
from kashcraft.gift_cards import presenters, rules
from kashcraft.gift_cards.models import GiftCard, GiftCardStatus
from kashcraft.notifications import services as notifications


def due_for_delivery(*, limit: int = 50) -> Sequence[GiftCardId]:
    """Return up to ``limit`` cards whose e-mail is due, locked until the transaction ends.

    Cards that a concurrent transaction is sending are left out.
    """
    due = (
        sa.select(GiftCard.id)
        .where(
            GiftCard.sent_at.is_(None),
            GiftCard.deliver_at <= clock.now(),
            GiftCard.recipient_email.is_not(None),
            GiftCard.status == GiftCardStatus.ACTIVE,
        )
        .order_by(GiftCard.deliver_at, GiftCard.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalars(due).all()


def mark_sent(*, card_id: GiftCardId) -> GiftCard | None:
    """Mark a card as sent and return it. Return None if it was sent before or is cancelled."""
    return db.session.scalars(
        sa.update(GiftCard)
        .where(GiftCard.id == card_id, GiftCard.sent_at.is_(None), GiftCard.status == GiftCardStatus.ACTIVE)
        .values(sent_at=clock.now())
        .returning(GiftCard)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()


def deliver_due(*, limit: int = 50) -> list[GiftCard]:
    """Queue the e-mails of up to ``limit`` cards that are due, each once, and return the cards.

    The stored message has the id of the card but not its code, which is read while the e-mail is composed.
    """
    sent = [mark_sent(card_id=card_id) for card_id in due_for_delivery(limit=limit)]
    cards = [card for card in sent if card is not None]
    for card in cards:
        queue(card, recipient=card.recipient_email or "")
    return cards


def forget_codes(*, limit: int = 500) -> int:
    """Delete the codes of up to ``limit`` cards that were sent ``gift_code_days`` ago; return their number.

    The keyed hash, which finds a card, and its last four characters remain.
    """
    old = (
        sa.select(GiftCard.id)
        .where(
            GiftCard.code_encrypted.is_not(None), GiftCard.sent_at <= clock.now() - settings().gift_code_time
        )
        .order_by(GiftCard.sent_at)
        .limit(limit)
    )
    forgotten = (
        sa.update(GiftCard)
        .where(GiftCard.id.in_(old))
        .values(code_encrypted=None)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(db.session.execute(forgotten))


def queue(card: GiftCard, *, recipient: str, occasion: str = "") -> None:
    """Queue the e-mail of a card to an address, once for each ``occasion``."""
    last_day = rules.last_day(card.expires_at, formats())
    notifications.queue_message(
        kind="gift_card",
        recipient=recipient,
        key=f"gift_card:{card.id}" + (f":{occasion}" if occasion else ""),
        context={
            "card_id": str(card.id),
            "amount": formats().amount(Money(card.initial_value, card.currency)),
            "design": card.design or "",
            "recipient_name": card.recipient_name or "",
            "buyer_name": presenters.sender_name(card),
            "message": card.custom_message or "",
            "valid_until": formats().day(last_day) if last_day else "",
        },
        locale=settings().shop_locale,
    )
