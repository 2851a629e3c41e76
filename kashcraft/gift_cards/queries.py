"""Reads of gift cards: by code, for a cart, their ledgers, and for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from kashcraft.core import autocommit, clock, signing
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import GiftCardId, OrderId, OrderLineId, UserId
from kashcraft.core.money import Money
from kashcraft.core.settings import installation
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
    """What the holder of a code can see."""

    last_four: str
    left: Money
    initial: Money
    state: GiftCardState
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a card's ledger in minor units: the signed ``amount``, and the ``balance`` after it."""

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

    ``outstanding`` is the balance of all usable cards. ``redeemed`` is what paid for orders, less refunds.
    ``expired`` and ``cancelled`` were written off.
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
    """Return the card with this code, without its ledger, or None. Cancelled cards are not found.

    One statement. It compares the hash under every encryption key of the shop, so a card is found after a
    rotation of keys as long as its key is still configured.
    """
    card = find_any_by_code(code)
    return card if card is not None and card.status is GiftCardStatus.ACTIVE else None


def find_any_by_code(code: str) -> GiftCard | None:
    """Return the card with this code, cancelled ones included, for staff; see ``find_by_code``. One
    statement.
    """
    characters = rules.canonical(code)
    if characters is None:
        return None
    hashes = [rules.code_hash(key, characters) for key in installation().encryption_keys]
    found = sa.select(GiftCard).where(GiftCard.code_hash.in_(hashes))
    return db.session.scalar(found.execution_options(populate_existing=True))


def list_terms(card_ids: Sequence[GiftCardId], *, order_id: OrderId | None = None) -> list[GiftCardTerms]:
    """Return the terms of the cards for a cart, in the given order. One statement, none without cards.

    Cancelled and expired cards are left out. The charges of ``order_id`` itself, while it is unpaid, count as
    available.
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
    """Return the balance of the card with this code, or None for an unknown code. One statement."""
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
    """Return a card's code for its e-mail, or None if it was deleted or the card is cancelled."""
    card = db.session.get(GiftCard, card_id)
    return find_code(card) if card is not None and card.status is GiftCardStatus.ACTIVE else None


def find_code(card: GiftCard) -> str | None:
    """Return the code of a card while it is stored, else None. No statement."""
    return signing.decrypt(card.code_encrypted) if card.code_encrypted else None


def get_card(card_id: GiftCardId) -> GiftCard:
    """Return a card without its ledger. One statement. Raises NotFound."""
    card = db.session.get(GiftCard, card_id)
    if card is None:
        raise NotFound("no_gift_card")
    return card


def list_of_lines(line_ids: Sequence[OrderLineId]) -> list[GiftCard]:
    """Return the cards that were issued from these order lines, without their ledgers, by line and unit."""
    found = sa.select(GiftCard).where(GiftCard.order_line_id.in_(line_ids))
    return list(db.session.scalars(found.order_by(GiftCard.order_line_id, GiftCard.order_line_unit)))


def list_paid(order_id: OrderId) -> list[tuple[str, int]]:
    """Return the label of each card that paid for an order, with the amount that was not refunded."""
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
    """Return (card, amount) for each card that pays for an order, by card. One statement.

    A card pays the same amount each time it is charged for the order.
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
    """Return the ledger of a card, oldest entry first. One statement."""
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
    """Return the actions of staff on a card that are not in its ledger, oldest first. One statement."""
    mine = sa.select(GiftCardAction).where(GiftCardAction.gift_card_id == card_id)
    return db.session.scalars(mine.order_by(GiftCardAction.id)).all()


# What a list of cards can be sorted by. Cards without an end come last.
SORTED_BY: Mapping[str, sa.SQLColumnExpression[object]] = {
    "issued": GiftCard.created_at,
    "end": sa.func.coalesce(GiftCard.expires_at, datetime(9999, 1, 1, tzinfo=UTC)),
    "balance": GiftCard.current_balance,
    "value": GiftCard.initial_value,
}


def list_cards(
    *,
    page: int,
    size: int,
    text: str = "",
    state: GiftCardState | None = None,
    order_id: OrderId | None = None,
    sort: str = "",
) -> tuple[Sequence[GiftCard], int]:
    """Return one page of cards without their ledgers, newest first, and the number of all.

    ``text`` is the last four characters of a code, or part of a name, an address or a note. It is never a
    whole code, because it is part of the URL. ``order_id`` limits the list to cards that the order bought or
    was paid with. ``sort`` is a key of ``SORTED_BY``, with a minus sign for the largest first.

    Two statements.
    """
    wanted = [_matching(text.strip())] if text.strip() else []
    if state is not None:
        wanted.append(_is(state, clock.now()))
    if order_id is not None:
        sums = sa.select(GiftCardUsage.gift_card_id).where(GiftCardUsage.order_id == order_id)
        wanted.append(GiftCard.id.in_(sums))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(GiftCard).where(*wanted)) or 0
    found = sa.select(GiftCard).where(*wanted).order_by(*_order(sort))
    return db.session.scalars(found.limit(size).offset((page - 1) * size)).all(), total


def _order(sort: str) -> list[sa.SQLColumnExpression[object]]:
    if not sort:
        return [GiftCard.id.desc()]
    key = SORTED_BY[sort.removeprefix("-")]
    return [key.desc(), GiftCard.id.desc()] if sort.startswith("-") else [key, GiftCard.id]


def _matching(text: str) -> sa.ColumnElement[bool]:
    words = (GiftCard.recipient_name, GiftCard.recipient_email, GiftCard.purchased_by_email, GiftCard.notes)
    return sa.or_(
        GiftCard.last_four == text.upper().removeprefix("…"),
        *(column.icontains(text, autoescape=True) for column in words),
    )


def _is(state: GiftCardState, moment: datetime) -> sa.ColumnElement[bool]:
    """Return ``rules.state_of`` as an SQL condition."""
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
    """Return the statistics of the cards of each currency, by currency. Two statements."""
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
    sums = {
        (row.currency, row.kind): int(row.amount)
        for row in autocommit.rows(
            sa.select(GiftCard.currency, GiftCardUsage.kind, _sum(GiftCardUsage.amount).label("amount"))
            .join(GiftCard, GiftCard.id == GiftCardUsage.gift_card_id)
            .group_by(GiftCard.currency, GiftCardUsage.kind)
        )
    }
    return [_statistics(currency, number, outstanding, sums) for currency, number, outstanding in cards]


def _sum(column: sa.SQLColumnExpression[int]) -> sa.Function[int]:
    return sa.func.sum(column)


def _statistics(
    currency: str, number: int, outstanding: int | None, sums: dict[tuple[str, EntryKind], int]
) -> GiftCardStatistics:
    def of(kind: EntryKind) -> int:
        return sums.get((currency, kind), 0)

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


def has_gift_cards() -> bool:
    """Return whether there is any gift card. One statement."""
    return bool(autocommit.rows(sa.select(GiftCard.id).limit(1)))
