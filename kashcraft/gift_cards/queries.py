"""Cards by their code, what they are worth to a basket, their ledgers, and what staff see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.core import autocommit, clock, signing
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import GiftCardId, OrderId, OrderLineId, UserId
from kashcraft.core.money import Money
from kashcraft.core.settings import settings
from kashcraft.gift_cards import rules
from kashcraft.gift_cards.models import (
    EntryKind,
    GiftCard,
    GiftCardAction,
    GiftCardStatus,
    GiftCardUsage,
)
from kashcraft.gift_cards.rules import GiftCardState
from kashcraft.pricing.rules import GiftCardTerms


@dataclass(frozen=True, slots=True)
class Balance:
    """What the holder of a code is told."""

    last_four: str
    left: Money
    initial: Money
    state: GiftCardState
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a card's ledger, in minor units: ``amount`` is signed, ``balance`` what was left after it."""

    kind: EntryKind
    amount: int
    balance: int
    order_id: OrderId | None
    user_id: UserId | None
    notes: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class GiftCardStatistics:
    """The gift cards of one currency, in minor units.

    ``outstanding`` is what the shop still owes to holders of cards that can be used; ``redeemed`` is what
    paid for orders, refunds taken off; ``expired`` and ``cancelled`` were written off.
    """

    currency: str
    cards: int
    issued: int
    redeemed: int
    expired: int
    cancelled: int
    adjusted: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class GiftCardMonth:
    """The gift cards of one currency in a month that begins at ``start``; see ``GiftCardStatistics``.

    ``outstanding`` is the balance of all cards at its end, expired ones included until they are written off.
    """

    start: datetime
    issued: int
    redeemed: int
    expired: int
    cancelled: int
    adjusted: int
    outstanding: int


def find_by_code(code: str) -> GiftCard | None:
    """Return the card with this code, without its ledger, or None; cancelled cards are nobody's.

    One statement. The code is looked for under the hash of every encryption key of the shop, so that a card
    from before a rotation is found as long as its key is still among them.
    """
    card = find_any_by_code(code)
    return card if card is not None and card.status is GiftCardStatus.ACTIVE else None


def find_any_by_code(code: str) -> GiftCard | None:
    """Return the card with this code, cancelled ones included, for staff; see ``find_by_code``.

    One statement.
    """
    letters = rules.canonical(code)
    if letters is None:
        return None
    hashes = [rules.code_hash(key, letters) for key in settings().encryption_keys]
    found = sa.select(GiftCard).where(GiftCard.code_hash.in_(hashes))
    return db.session.scalar(found.execution_options(populate_existing=True))


def list_terms(card_ids: Sequence[GiftCardId], *, order_id: OrderId | None = None) -> list[GiftCardTerms]:
    """Return what the cards are worth to a basket, in the given order. One statement, none without cards.

    Cards that are cancelled or have ended are left out. What ``order_id`` has taken itself, while it waits
    for its money, counts as being there.
    """
    if not card_ids:
        return []
    own = sa.select(sa.func.coalesce(-sa.func.sum(GiftCardUsage.amount), 0)).where(
        GiftCardUsage.gift_card_id == GiftCard.id,
        GiftCardUsage.order_id == order_id,
        GiftCardUsage.kind.in_([EntryKind.CHARGE, EntryKind.REFUND]),
    )
    held = own.scalar_subquery() if order_id else sa.literal(0)
    rows = autocommit.rows(
        sa.select(
            GiftCard.id,
            GiftCard.last_four,
            (GiftCard.current_balance + held).label("balance"),
            GiftCard.currency,
            GiftCard.expires_at,
        ).where(
            GiftCard.id.in_(card_ids),
            GiftCard.status == GiftCardStatus.ACTIVE,
            sa.or_(GiftCard.expires_at.is_(None), GiftCard.expires_at > clock.now()),
        )
    )
    found = {
        row.id: GiftCardTerms(
            reference=row.id,
            label=rules.label(row.last_four),
            balance=int(row.balance),
            currency=row.currency,
            expires_at=row.expires_at,
        )
        for row in rows
    }
    return [found[card_id] for card_id in dict.fromkeys(card_ids) if card_id in found]


def find_balance(code: str) -> Balance | None:
    """Return what is left on the card with this code, or None for a wrong one. One statement."""
    card = find_by_code(code)
    if card is None:
        return None
    now = clock.now()
    return Balance(
        last_four=card.last_four,
        left=Money(rules.usable_balance(card, now), card.currency),
        initial=Money(card.initial_value, card.currency),
        state=rules.state_of(card, now),
        expires_at=card.expires_at,
    )


def find_code_by_id(card_id: GiftCardId) -> str | None:
    """Return a card's code for its letter; None once it is forgotten or the card is cancelled."""
    card = db.session.get(GiftCard, card_id)
    return find_code(card) if card is not None and card.status is GiftCardStatus.ACTIVE else None


def find_code(card: GiftCard) -> str | None:
    """Return the code of a card while it is still kept, else None. No statement."""
    return signing.decrypt(card.code_encrypted) if card.code_encrypted else None


def get_card(card_id: GiftCardId) -> GiftCard:
    """Return a card without its ledger. One statement. Raises NotFound."""
    card = db.session.get(GiftCard, card_id)
    if card is None:
        raise NotFound("no_gift_card")
    return card


def list_of_lines(line_ids: Sequence[OrderLineId]) -> list[GiftCard]:
    """Return the cards that were issued from order lines, without their ledgers, by line and unit."""
    found = sa.select(GiftCard).where(GiftCard.order_line_id.in_(line_ids))
    return list(db.session.scalars(found.order_by(GiftCard.order_line_id, GiftCard.order_line_unit)))


def list_paid(order_id: OrderId) -> list[tuple[str, int]]:
    """Return the label of every card that paid for an order, and what it has paid and not got back."""
    amount = -sa.func.sum(GiftCardUsage.amount)
    rows = autocommit.rows(
        sa.select(GiftCard.last_four, amount)
        .join(GiftCard, GiftCard.id == GiftCardUsage.gift_card_id)
        .where(
            GiftCardUsage.order_id == order_id,
            GiftCardUsage.kind.in_([EntryKind.CHARGE, EntryKind.REFUND]),
        )
        .group_by(GiftCard.id, GiftCard.last_four)
        .order_by(GiftCard.id)
    )
    return [(rules.label(last_four), int(paid)) for last_four, paid in rows]


def list_charges(order_id: OrderId) -> list[tuple[GiftCardId, int]]:
    """Return (card, amount) as an order was placed with, by card: whenever a card pays it, it pays the same.

    One statement.
    """
    paid = sa.func.max(-GiftCardUsage.amount)
    rows = (
        sa.select(GiftCardUsage.gift_card_id, paid)
        .where(GiftCardUsage.order_id == order_id, GiftCardUsage.kind == EntryKind.CHARGE)
        .group_by(GiftCardUsage.gift_card_id)
        .order_by(GiftCardUsage.gift_card_id)
    )
    return [(card_id, amount) for card_id, amount in db.session.execute(rows)]


def list_entries(card_id: GiftCardId) -> list[Entry]:
    """Return every entry of a card, the first one first. One statement."""
    rows = autocommit.rows(
        sa.select(
            GiftCardUsage.kind, GiftCardUsage.amount, GiftCardUsage.balance_after, GiftCardUsage.order_id,
            GiftCardUsage.user_id, GiftCardUsage.notes, GiftCardUsage.created_at,
        )
        .where(GiftCardUsage.gift_card_id == card_id)
        .order_by(GiftCardUsage.created_at, GiftCardUsage.id)
    )  # fmt: skip
    return [Entry(*row) for row in rows]


def list_actions(card_id: GiftCardId) -> Sequence[GiftCardAction]:
    """Return what staff did to a card beside its ledger, the first act first. One statement."""
    mine = sa.select(GiftCardAction).where(GiftCardAction.gift_card_id == card_id)
    return db.session.scalars(mine.order_by(GiftCardAction.id)).all()


def list_cards(
    *,
    page: int,
    size: int,
    text: str = "",
    state: GiftCardState | None = None,
    order_id: OrderId | None = None,
) -> tuple[Sequence[GiftCard], int]:
    """Return a page of cards without their ledgers, the newest first, and how many there are in all.

    ``text`` is the last four characters of a code, or part of a name, an address or a note: searches stand in
    addresses of pages, where no whole code may be. ``order_id`` leaves those that it has bought or was paid
    with. Two statements.
    """
    wanted = [_matching(text.strip())] if text.strip() else []
    if state is not None:
        wanted.append(_is(state, clock.now()))
    if order_id is not None:
        moved = sa.select(GiftCardUsage.gift_card_id).where(GiftCardUsage.order_id == order_id)
        wanted.append(GiftCard.id.in_(moved))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(GiftCard).where(*wanted)) or 0
    found = sa.select(GiftCard).where(*wanted).order_by(GiftCard.id.desc())
    return db.session.scalars(found.limit(size).offset((page - 1) * size)).all(), total


def _matching(text: str) -> sa.ColumnElement[bool]:
    words = (GiftCard.recipient_name, GiftCard.recipient_email, GiftCard.purchased_by_email, GiftCard.notes)
    return sa.or_(
        GiftCard.last_four == text.upper().removeprefix("…"),
        *(column.icontains(text, autoescape=True) for column in words),
    )


def _is(state: GiftCardState, moment: datetime) -> sa.ColumnElement[bool]:
    """Return ``rules.state_of`` as a condition."""
    cancelled = GiftCard.status == GiftCardStatus.CANCELLED
    over = sa.func.coalesce(GiftCard.expires_at <= moment, sa.false())
    empty = GiftCard.current_balance == 0
    return {
        GiftCardState.CANCELLED: cancelled,
        GiftCardState.EXPIRED: sa.and_(sa.not_(cancelled), over),
        GiftCardState.USED: sa.and_(sa.not_(cancelled), sa.not_(over), empty),
        GiftCardState.ACTIVE: sa.and_(sa.not_(cancelled), sa.not_(over), sa.not_(empty)),
    }[state]


def list_months(starts: Sequence[datetime], currency: str) -> list[GiftCardMonth]:
    """Return what was issued, used and written off on cards of a currency, by month, in minor units.

    ``starts`` holds the first moment of each month, ascending, and then the end of the last month. The
    ``outstanding`` balance is that at the end of each month. One statement.
    """
    at = GiftCardUsage.created_at
    month = sa.case(*((at < start, number) for number, start in enumerate(starts)), else_=len(starts))
    sums: dict[tuple[int, EntryKind], int] = {
        (row.month, row.kind): int(row.amount)
        for row in autocommit.rows(
            sa.select(month.label("month"), GiftCardUsage.kind, _sum(GiftCardUsage.amount).label("amount"))
            .join(GiftCard, GiftCard.id == GiftCardUsage.gift_card_id)
            .where(GiftCard.currency == currency)
            .group_by(sa.text("month"), GiftCardUsage.kind)
        )
    }
    outstanding, found = sum(amount for (number, _), amount in sums.items() if number == 0), []
    for number, start in enumerate(starts[:-1], start=1):
        of = {kind: sums.get((number, kind), 0) for kind in EntryKind}
        outstanding += sum(of.values())
        found.append(
            GiftCardMonth(
                start=start,
                issued=of[EntryKind.ISSUE],
                redeemed=-of[EntryKind.CHARGE] - of[EntryKind.REFUND],
                expired=-of[EntryKind.EXPIRE],
                cancelled=-of[EntryKind.CANCEL],
                adjusted=of[EntryKind.ADJUST],
                outstanding=outstanding,
            )
        )
    return found


def list_statistics() -> list[GiftCardStatistics]:
    """Return what the cards of each currency were and are worth, by currency. Two statements."""
    now = clock.now()
    usable = sa.and_(
        GiftCard.status == GiftCardStatus.ACTIVE,
        sa.or_(GiftCard.expires_at.is_(None), GiftCard.expires_at > now),
    )
    cards = autocommit.rows(
        sa.select(GiftCard.currency, sa.func.count(), _sum(GiftCard.current_balance).filter(usable))
        .group_by(GiftCard.currency)
        .order_by(GiftCard.currency)
    )
    moved = {
        (row.currency, row.kind): int(row.amount)
        for row in autocommit.rows(
            sa.select(GiftCard.currency, GiftCardUsage.kind, _sum(GiftCardUsage.amount).label("amount"))
            .join(GiftCard, GiftCard.id == GiftCardUsage.gift_card_id)
            .group_by(GiftCard.currency, GiftCardUsage.kind)
        )
    }
    return [_statistics(currency, number, outstanding, moved) for currency, number, outstanding in cards]


def _sum(column: sa.SQLColumnExpression[int]) -> sa.Function[int]:
    return sa.func.sum(column)


def _statistics(
    currency: str, number: int, outstanding: int | None, moved: dict[tuple[str, EntryKind], int]
) -> GiftCardStatistics:
    def of(kind: EntryKind) -> int:
        return moved.get((currency, kind), 0)

    return GiftCardStatistics(
        currency=currency,
        cards=number,
        issued=of(EntryKind.ISSUE),
        redeemed=-of(EntryKind.CHARGE) - of(EntryKind.REFUND),
        expired=-of(EntryKind.EXPIRE),
        cancelled=-of(EntryKind.CANCEL),
        adjusted=of(EntryKind.ADJUST),
        outstanding=int(outstanding or 0),
    )
