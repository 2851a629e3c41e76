"""Gift cards in the export of personal data, and in an erasure: they keep their value and their ledger."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.gift_cards.models import GiftCard, GiftCardUsage


def export_personal_data(*, person: Individual) -> Export:
    """Return the cards that a person has bought or received, without their codes. Two statements."""
    terms = (GiftCard.last_four, GiftCard.initial_value, GiftCard.currency, GiftCard.purchased_at)
    bought = sa.select(*terms, GiftCard.recipient_name, GiftCard.recipient_email, GiftCard.custom_message)
    received = sa.select(*terms, GiftCard.purchased_by_name, GiftCard.custom_message)
    return {
        "bought": read_rows(bought.where(_bought_by(person)).order_by(GiftCard.id)),
        "received": read_rows(received.where(_received_by(person)).order_by(GiftCard.id)),
    }


def erase_personal_data(*, person: Individual) -> None:
    """Empty what gift cards say about a person, as their buyer or their recipient.

    A card that was not sent yet keeps its recipient and message, or it could not be delivered.
    """
    whose = sa.or_(_bought_by(person), _received_by(person))
    uses = sa.and_(GiftCardUsage.user_id == person.user_id, GiftCardUsage.user_id.is_not(None))
    run_erasures(
        sa.update(GiftCard)
        .where(whose, GiftCard.sent_at.is_not(None))
        .values(recipient_name=None, recipient_email=None, custom_message=None, notes=None),
        sa.update(GiftCard)
        .where(_bought_by(person))
        .values(purchased_by=None, purchased_by_name=None, purchased_by_email=None),
        sa.update(GiftCardUsage).where(uses).values(user_id=None, notes=None),
    )


def _bought_by(person: Individual) -> sa.ColumnElement[bool]:
    return person.owns(GiftCard.purchased_by, sa.func.lower(GiftCard.purchased_by_email))


def _received_by(person: Individual) -> sa.ColumnElement[bool]:
    return sa.func.lower(GiftCard.recipient_email) == person.email_key
