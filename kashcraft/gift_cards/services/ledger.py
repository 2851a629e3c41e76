"""Balances and their signed ledger rows, which always change together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypedDict
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import activity_log
from kashcraft.core.db import db, table_of
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import GiftCardId, OrderId, UserId, new_id
from kashcraft.gift_cards.models import EntryKind, GiftCard, GiftCardUsage

LEDGER = table_of(GiftCardUsage)


class LedgerRow(TypedDict):
    """The values of a new ledger row; amounts are minor units."""

    id: UUID
    idempotency_key: str
    gift_card_id: GiftCardId
    kind: EntryKind
    amount: int
    balance_after: int
    order_id: OrderId | None
    user_id: UserId | None
    notes: str | None


def entry(
    card_id: GiftCardId,
    kind: EntryKind,
    key: str,
    amount: int,
    balance: int,
    *,
    order_id: OrderId | None = None,
    user_id: UserId | None = None,
    notes: str | None = None,
) -> LedgerRow:
    """Return a ledger row. ``amount`` is signed, ``balance`` is the balance after it."""
    return {
        "id": new_id(), "idempotency_key": key, "gift_card_id": card_id, "kind": kind, "amount": amount,
        "balance_after": balance, "order_id": order_id, "user_id": user_id, "notes": notes,
    }  # fmt: skip


def write(rows: Sequence[LedgerRow]) -> None:
    """Insert ledger rows in one statement. A key that exists raises and ends the transaction."""
    if not rows:
        return
    db.session.execute(sa.insert(LEDGER), list(rows))
    activity_log.note(
        "gift card",
        action=rows[0]["kind"].value,
        gift_card_id=rows[0]["gift_card_id"] if len(rows) == 1 else None,
        cards=len(rows),
        amount=sum(row["amount"] for row in rows),
        order_id=rows[0]["order_id"],
    )


def locked(card_ids: Collection[GiftCardId]) -> dict[GiftCardId, GiftCard]:
    """Return the current rows of cards, locked in the order of their ids until the transaction ends."""
    found = db.session.scalars(
        sa.select(GiftCard)
        .where(GiftCard.id.in_(card_ids))
        .order_by(GiftCard.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {card.id: card for card in found}


def one(card_id: GiftCardId) -> GiftCard:
    """Return the current row of a card, locked until the transaction ends. Raises NotFound."""
    card = locked([card_id]).get(card_id)
    if card is None:
        raise NotFound("no_gift_card")
    return card


def change(
    card_id: GiftCardId, amount: int, *guards: sa.ColumnElement[bool], **values: object
) -> GiftCard | None:
    """Change the balance of a card by ``amount``, never below 0, and return it; None if a guard fails."""
    return db.session.scalars(
        sa.update(GiftCard)
        .where(GiftCard.id == card_id, GiftCard.current_balance + amount >= 0, *guards)
        .values(current_balance=GiftCard.current_balance + amount, **values)
        .returning(GiftCard)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
