"""Paying for orders with cards, and returning the money: all of it for an unpaid order, or parts as
refunds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import GiftCardId, OrderId, RefundId, UserId
from kashcraft.core.settings import settings
from kashcraft.gift_cards import rules
from kashcraft.gift_cards.models import EntryKind, GiftCard, GiftCardStatus, GiftCardUsage
from kashcraft.gift_cards.rules import Paid
from kashcraft.gift_cards.services import ledger
from kashcraft.gift_cards.services.ledger import LedgerRow


@dataclass
class _Account:
    """The payments of one card for an order: the number of charges, and how many of them were returned in
    full.
    """

    rounds: int = 0
    returned: int = 0
    outstanding: int = 0
    keys: dict[str, int] = field(default_factory=dict)


def charge(
    *, order_id: OrderId, amounts: Sequence[tuple[GiftCardId, int]], user_id: UserId | None = None
) -> dict[GiftCardId, int]:
    """Charge cards for an order and return the charged amounts by card, in minor units.

    A card that pays for the order already is skipped, so charging twice changes nothing. After
    ``return_payment`` it pays again. One statement for each card, in the order of their ids, and one more.
    Raises DomainError('gift_card_short', card_id=, available=) if the balance is too low or the card cannot
    be used; the transaction has to be rolled back.
    """
    rows, charged_amounts = [], {}
    for card_id, amount in rules.merged(amounts).items():
        number = 1
        card = _debit(card_id, amount, ~_has_entries(card_id, order_id))
        if card is None:
            account = _accounts(order_id)[card_id]
            if account.rounds > account.returned:
                continue
            number = account.rounds + 1
            card = _debit(card_id, amount) if account.rounds else None
        if card is None:
            raise _short(card_id)
        charged_amounts[card_id] = amount
        key = f"charge:{order_id}:{card_id}:{number}"
        rows.append(
            ledger.entry(
                card_id, EntryKind.CHARGE, key, -amount, card.current_balance,
                order_id=order_id, user_id=user_id,
            )
        )  # fmt: skip
    ledger.write(rows)
    return charged_amounts


def return_payment(*, order_id: OrderId) -> int:
    """Return everything that an unpaid order charged to its cards when it ends. Return the sum, 0 the second
    time.

    The expiry of the cards does not change, even if a card has expired since.
    """
    cards = ledger.locked(_payers(order_id))
    accounts = _accounts(order_id) if cards else {}
    rows = []
    for card_id in cards:
        account = accounts[card_id]
        if account.rounds > account.returned and account.outstanding > 0:
            key = f"give_back:{order_id}:{card_id}:{account.rounds}"
            rows.append(_credit(cards[card_id], account.outstanding, key, order_id))
    ledger.write(rows)
    return sum(row["amount"] for row in rows)


def refund(*, order_id: OrderId, refund_id: RefundId, amount: int) -> list[tuple[GiftCardId, int]]:
    """Refund ``amount`` minor units to the cards that paid for an order; return (card, amount), by card.

    ``rules.split_refund`` decides which card gets how much. A card that would expire earlier is valid for
    ``gift_refund_days``. A cancelled card gets its part too and stays cancelled. The same refund again
    changes nothing. Raises DomainError('gift_card_refund_too_much', available=).
    """
    cards = ledger.locked(_payers(order_id))
    accounts = _accounts(order_id)
    keys = {card_id: f"refund:{refund_id}:{card_id}" for card_id in cards}
    done = [
        (card_id, accounts[card_id].keys[key])
        for card_id, key in keys.items()
        if key in accounts[card_id].keys
    ]
    if done or not amount:
        return done
    paid = [Paid(card_id, accounts[card_id].outstanding, card.expires_at) for card_id, card in cards.items()]
    parts = rules.split_refund(paid, amount)
    ledger.write(
        [
            _credit(cards[card_id], part, keys[card_id], order_id, extend_expiry=True)
            for card_id, part in parts
        ]
    )
    return parts


def _debit(card_id: GiftCardId, amount: int, *guards: sa.ColumnElement[bool]) -> GiftCard | None:
    now = clock.now()
    left = GiftCard.current_balance - amount
    return ledger.change(
        card_id,
        -amount,
        GiftCard.status == GiftCardStatus.ACTIVE,
        sa.or_(GiftCard.expires_at.is_(None), GiftCard.expires_at > now),
        *guards,
        first_used_at=sa.func.coalesce(GiftCard.first_used_at, now),
        fully_used_at=sa.case((left == 0, now), else_=None),
    )


def _credit(
    card: GiftCard, amount: int, key: str, order_id: OrderId, *, extend_expiry: bool = False
) -> LedgerRow:
    """Add money to a locked card and return the ledger row."""
    ends = card.expires_at
    if extend_expiry:
        ends = rules.end_after_refund(ends, clock.now(), settings().gift_refund_time)
    changed = ledger.change(card.id, amount, fully_used_at=None, expires_at=ends)
    if changed is None:
        raise AssertionError("a locked card no longer exists")
    return ledger.entry(card.id, EntryKind.REFUND, key, amount, changed.current_balance, order_id=order_id)


def _has_entries(card_id: GiftCardId, order_id: OrderId) -> sa.Exists:
    entries = sa.select(GiftCardUsage.id).where(
        GiftCardUsage.gift_card_id == card_id,
        GiftCardUsage.order_id == order_id,
        GiftCardUsage.kind.in_([EntryKind.CHARGE, EntryKind.REFUND]),
    )
    return entries.exists()


def _payers(order_id: OrderId) -> Sequence[GiftCardId]:
    charged = (
        sa.select(GiftCardUsage.gift_card_id)
        .where(GiftCardUsage.order_id == order_id, GiftCardUsage.kind == EntryKind.CHARGE)
        .distinct()
    )
    return db.session.scalars(charged).all()


def _accounts(order_id: OrderId) -> dict[GiftCardId, _Account]:
    """Return the payments of each card for the order. The cards have to be locked before."""
    accounts: dict[GiftCardId, _Account] = defaultdict(_Account)
    entries = sa.select(
        GiftCardUsage.gift_card_id, GiftCardUsage.kind, GiftCardUsage.amount, GiftCardUsage.idempotency_key
    ).where(
        GiftCardUsage.order_id == order_id,
        GiftCardUsage.kind.in_([EntryKind.CHARGE, EntryKind.REFUND]),
    )
    for row in db.session.execute(entries):
        account = accounts[row.gift_card_id]
        account.rounds += row.kind is EntryKind.CHARGE
        account.returned += row.idempotency_key.startswith("give_back:")
        account.outstanding -= row.amount
        account.keys[row.idempotency_key] = row.amount
    return accounts


def _short(card_id: GiftCardId) -> DomainError:
    card = db.session.scalar(
        sa.select(GiftCard).where(GiftCard.id == card_id).execution_options(populate_existing=True)
    )
    available = rules.usable_balance(card, clock.now()) if card else 0
    return DomainError("gift_card_short", card_id=str(card_id), available=available)
