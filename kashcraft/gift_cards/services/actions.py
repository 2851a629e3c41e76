"""Actions of staff that do not change a balance: sending a card again, and showing its code."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa

from kashcraft.core import activity_log, clock
from kashcraft.core.db import db, insert_into
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import GiftCardId, UserId, new_id
from kashcraft.gift_cards import queries, rules
from kashcraft.gift_cards.models import ActionKind, GiftCard, GiftCardAction
from kashcraft.gift_cards.services import emails, ledger


class Receiver(StrEnum):
    """The address to which a card can be sent again: one of the two that its order named."""

    RECIPIENT = "recipient"
    BUYER = "buyer"


def send_again(*, card_id: GiftCardId, to: Receiver, key: str, user_id: UserId | None = None) -> GiftCard:
    """Send the e-mail of a card again and return the card. The same ``key`` sends it once.

    It is sent to an address that the order named, and to no other. Raises NotFound,
    DomainError('gift_card_not_to_send') if ``rules.can_be_sent`` refuses it or the address is unknown, and
    DomainError('gift_card_sent_just_now') within ten minutes of the last e-mail.
    """
    card = ledger.one(card_id)
    known = sa.select(GiftCardAction.id).where(GiftCardAction.idempotency_key == f"send:{card_id}:{key}")
    if db.session.scalar(known) is not None:
        return card
    address = card.recipient_email if to is Receiver.RECIPIENT else card.purchased_by_email
    if not address or not rules.can_be_sent(card, clock.now()):
        raise DomainError("gift_card_not_to_send", card_id=str(card_id))
    last = sa.select(sa.func.max(GiftCardAction.created_at)).where(
        GiftCardAction.gift_card_id == card_id, GiftCardAction.kind == ActionKind.SENT_AGAIN
    )
    if rules.was_just_sent(card.sent_at, db.session.scalar(last), clock.now()):
        raise DomainError("gift_card_sent_just_now", card_id=str(card_id))
    emails.queue(card, recipient=address, occasion=f"again:{key}")
    write(card_id, ActionKind.SENT_AGAIN, f"send:{card_id}:{key}", user_id=user_id, notes=address)
    return card


def show_code(*, card_id: GiftCardId, user_id: UserId | None = None) -> str:
    """Return the code of a card while it is stored, and record who has seen it.

    Raises NotFound and DomainError('gift_card_code_gone').
    """
    card = ledger.one(card_id)
    code = queries.find_code(card)
    if code is None:
        raise DomainError("gift_card_code_gone", card_id=str(card_id))
    write(card_id, ActionKind.CODE_SHOWN, f"code:{new_id()}", user_id=user_id)
    return code


def write(
    card_id: GiftCardId, kind: ActionKind, key: str, *, user_id: UserId | None, notes: str | None = None
) -> None:
    """Record an action on a card that the caller has locked. A key that exists changes nothing."""
    statement = insert_into(GiftCardAction).values(
        gift_card_id=card_id, kind=kind, idempotency_key=key, user_id=user_id, notes=notes
    )
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["idempotency_key"]))
    activity_log.note("gift card", action=kind.value, gift_card_id=card_id)
