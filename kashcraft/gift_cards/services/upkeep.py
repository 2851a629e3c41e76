"""Cancelling, correcting and expiring cards."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import GiftCardId, OrderLineId, UserId
from kashcraft.gift_cards import rules
from kashcraft.gift_cards.models import ActionKind, EntryKind, GiftCard, GiftCardStatus, GiftCardUsage
from kashcraft.gift_cards.services import actions, ledger

ACTIVE = GiftCard.status == GiftCardStatus.ACTIVE


def cancel(*, card_id: GiftCardId, user_id: UserId | None = None, reason: str | None = None) -> GiftCard:
    """Cancel a card with its balance and return it. Cancelling twice changes nothing. Raises NotFound."""
    card = ledger.one(card_id)
    if card.status is GiftCardStatus.CANCELLED:
        return card
    left = card.current_balance
    changed = ledger.change(card_id, -left, ACTIVE, status=GiftCardStatus.CANCELLED)
    if changed is None:
        raise AssertionError("a locked card has changed")
    key = f"cancel:{card_id}"
    if left:
        row = ledger.entry(card_id, EntryKind.CANCEL, key, -left, 0, user_id=user_id, notes=reason)
        ledger.write([row])
    else:
        actions.write(card_id, ActionKind.CANCELLED, key, user_id=user_id, notes=reason)
    return changed


def cancel_units(
    *, order_line_id: OrderLineId, units: int, user_id: UserId | None = None, reason: str | None = None
) -> list[GiftCard]:
    """Cancel the cards of ``units`` units of a refunded order line, the last ones first, and return them.

    Only unused cards can be refunded. Raises DomainError('gift_card_used', available=) if there are too few
    of them.
    """
    of_line = sa.select(GiftCard.id).where(GiftCard.order_line_id == order_line_id)
    cards = ledger.locked(db.session.scalars(of_line).all())
    whole = [
        card
        for card in cards.values()
        if card.status is GiftCardStatus.ACTIVE and card.current_balance == card.initial_value
    ]
    if len(whole) < units:
        raise DomainError("gift_card_used", available=len(whole))
    chosen = sorted(whole, key=lambda card: card.order_line_unit or 0, reverse=True)[:units]
    ordered = sorted(chosen, key=lambda card: card.id)
    return [cancel(card_id=card.id, user_id=user_id, reason=reason) for card in ordered]


def adjust(
    *, card_id: GiftCardId, change: int, key: str, user_id: UserId | None = None, reason: str | None = None
) -> GiftCard:
    """Correct the balance of a card by ``change`` minor units (signed) and return the card.

    ``key`` identifies the correction: the same key again changes nothing. Raises NotFound,
    DomainError('gift_card_cancelled'), DomainError('gift_card_expired') for adding money to an expired card,
    DomainError('gift_card_value') if the balance would exceed the maximum value of a card, and
    DomainError('gift_card_short', card_id=, available=) if it would be negative.
    """
    card = ledger.one(card_id)
    name = f"adjust:{card_id}:{key}"
    known = sa.select(GiftCardUsage.id).where(GiftCardUsage.idempotency_key == name)
    if not change or db.session.scalar(known) is not None:
        return card
    if card.status is GiftCardStatus.CANCELLED:
        raise DomainError("gift_card_cancelled", card_id=str(card_id))
    left = card.current_balance + change
    if change > 0 and card.is_expired(clock.now()):
        raise DomainError("gift_card_expired", card_id=str(card_id))
    if left > rules.LARGEST_VALUE:
        raise DomainError("gift_card_value", field="amount", most=rules.LARGEST_VALUE)
    changed = ledger.change(card_id, change, ACTIVE, fully_used_at=None if left else clock.now())
    if changed is None:
        raise DomainError("gift_card_short", card_id=str(card_id), available=card.current_balance)
    row = ledger.entry(
        card_id, EntryKind.ADJUST, name, change, changed.current_balance, user_id=user_id, notes=reason
    )
    ledger.write([row])
    return changed


def expire_due(*, limit: int = 200) -> list[GiftCard]:
    """Write off the balance of up to ``limit`` expired cards and return them.

    This is not urgent, because an expired card cannot be used. Cards that are locked by others are left for
    later.
    """
    now = clock.now()
    due = (
        sa.select(GiftCard)
        .where(ACTIVE, GiftCard.expires_at <= now, GiftCard.current_balance > 0)
        .order_by(GiftCard.expires_at, GiftCard.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    cards = {card.id: card.current_balance for card in db.session.scalars(due)}
    before = _expiries(cards)
    rows, ended = [], []
    for card_id, left in cards.items():
        card = ledger.change(card_id, -left, ACTIVE, GiftCard.expires_at <= now)
        if card is not None:
            key = f"expire:{card_id}:{before[card_id] + 1}"
            rows.append(ledger.entry(card_id, EntryKind.EXPIRE, key, -left, card.current_balance))
            ended.append(card)
    ledger.write(rows)
    return ended


def _expiries(card_ids: dict[GiftCardId, int]) -> Counter[GiftCardId]:
    """Return how often each card was written off: a refund can add money after the expiry."""
    entries = sa.select(GiftCardUsage.gift_card_id).where(
        GiftCardUsage.gift_card_id.in_(card_ids), GiftCardUsage.kind == EntryKind.EXPIRE
    )
    return Counter(db.session.scalars(entries)) if card_ids else Counter()
