"""Issuing cards: from a paid order line, or many at once by staff."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.core import clock, signing
from kashcraft.core.db import db, insert_into
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import GiftCardId, OrderId, OrderLineId, UserId, new_id
from kashcraft.core.settings import installation
from kashcraft.events.orders import GiftDetails
from kashcraft.gift_cards import queries, rules
from kashcraft.gift_cards.models import EntryKind, GiftCard, GiftCardUsage
from kashcraft.gift_cards.services import ledger

# The number of rows that one statement can insert on both databases.
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """The data of a new card.

    ``value`` is in minor units. ``order_line_unit`` is the number of the unit of the order line.
    ``deliver_at`` is when the e-mail is sent.
    """

    value: int
    currency: str
    order_line_id: OrderLineId | None = None
    order_line_unit: int | None = None
    purchased_by: UserId | None = None
    purchased_by_name: str | None = None
    purchased_by_email: str | None = None
    recipient_name: str | None = None
    recipient_email: str | None = None
    message: str | None = None
    design: str | None = None
    deliver_at: datetime | None = None
    expires_at: datetime | None = None
    sku: str | None = None
    notes: str | None = None

    def columns(self) -> dict[str, object]:
        """Return the values of the columns of the card."""
        values = asdict(self)
        return {"initial_value": values.pop("value"), "custom_message": values.pop("message"), **values}


def issue(
    *, card: NewCard, order_id: OrderId | None = None, user_id: UserId | None = None, code: str | None = None
) -> tuple[GiftCard, str | None]:
    """Issue a card and return it with its code.

    The same unit of an order line returns the same card again, with its code while it is stored. With
    ``deliver_at`` and a recipient's address, an e-mail is sent at that time. ``user_id`` is recorded in the
    ledger. Without ``code`` a random one is used. Raises DomainError('gift_card_value'), ('gift_card_code')
    and ('gift_card_code_taken').
    """
    rules.check_issue(value=card.value)
    chosen = None if code is None else rules.format_code(code)
    issued = _insert([card.columns()], order_id=order_id, user_id=user_id, code=chosen)
    return issued[0] if issued else _of_unit(card.order_line_id, card.order_line_unit)


def issue_line(
    *,
    order_id: OrderId,
    line_id: OrderLineId,
    quantity: int,
    unit_price: int,
    gift: GiftDetails,
    user_id: UserId | None,
) -> list[GiftCard]:
    """Issue a card for every unit of a paid order line and return the new cards; none the second time.

    The value of each is the price of the unit. Its e-mail is due at the time that the buyer chose, or at
    once.
    """
    rules.check_issue(value=unit_price)
    values = {
        "initial_value": unit_price, "currency": gift.currency, "order_line_id": line_id,
        "purchased_by": user_id, "purchased_by_name": gift.buyer_name or None,
        "purchased_by_email": gift.buyer_email, "recipient_name": gift.recipient_name or None,
        "recipient_email": gift.recipient_email or gift.buyer_email,
        "custom_message": gift.message or None,
        "design": gift.design or None,
        "deliver_at": gift.deliver_at or clock.now(),
    }  # fmt: skip
    rows = [{**values, "order_line_unit": unit} for unit in range(1, quantity + 1)]
    return [card for card, _ in _insert(rows, order_id=order_id, user_id=user_id)]


def bulk_issue(
    *,
    count: int,
    value: int,
    currency: str,
    expires_at: datetime | None = None,
    notes: str | None = None,
    user_id: UserId | None = None,
    key: str | None = None,
) -> list[tuple[GiftCard, str]]:
    """Issue ``count`` equal cards and return them with their codes, which the response hands out.

    They count as sent, so their codes are stored for ``gift_code_days`` more. The same ``key`` from the same
    user returns the same cards again, whatever the other arguments are, because the first response may have
    been lost. Raises DomainError('gift_card_value'), ('gift_card_count', most=), ('gift_card_end') for an
    expiry in the past, and ('gift_card_codes_gone') if the cards were issued before and their codes are
    deleted.
    """
    rules.check_issue(value=value, count=count)
    if expires_at is not None and expires_at <= clock.now():
        raise DomainError("gift_card_end", field="last_day")
    issued = _issued_before(key, user_id) if key else []
    if issued:
        return issued
    values = {
        "initial_value": value, "currency": currency, "expires_at": expires_at, "notes": notes,
        "sent_at": clock.now(),
    }  # fmt: skip
    for start in range(0, count, BATCH):
        rows = [values] * min(BATCH, count - start)
        issued += _insert(rows, order_id=None, user_id=user_id, key=f"{key}:{start}" if key else None)
    return issued


def _issued_before(key: str, user_id: UserId | None) -> list[tuple[GiftCard, str]]:
    """Return the cards that this user has issued with ``key``. Concurrent requests of a user wait for each
    other.
    """
    db.session.execute(sa.select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    issued = sa.select(GiftCardUsage.gift_card_id).where(
        GiftCardUsage.idempotency_key.startswith(f"issue:{key}:", autoescape=True),
        GiftCardUsage.user_id == user_id,
    )
    cards = db.session.scalars(sa.select(GiftCard).where(GiftCard.id.in_(issued)).order_by(GiftCard.id)).all()
    codes = [(card, queries.find_code(card)) for card in cards]
    if any(code is None for _, code in codes):
        raise DomainError("gift_card_codes_gone")
    return [(card, code or "") for card, code in codes]


def _of_unit(line_id: OrderLineId | None, unit: int | None) -> tuple[GiftCard, str | None]:
    """Return the card of a unit of an order line. Without a line, the card was refused because of its
    code.
    """
    if line_id is None:
        raise DomainError("gift_card_code_taken", field="code")
    card = db.session.scalars(
        sa.select(GiftCard).where(GiftCard.order_line_id == line_id, GiftCard.order_line_unit == unit)
    ).one()
    return card, queries.find_code(card)


def _code_columns(code: str, secret: str) -> dict[str, object]:
    """Return the columns that store a code."""
    characters = rules.canonical(code) or ""
    return {
        "code_hash": rules.code_hash(secret, characters),
        "code_encrypted": signing.encrypt(code),
        "last_four": characters[-4:],
    }


def _insert(
    cards: list[dict[str, object]],
    *,
    order_id: OrderId | None,
    user_id: UserId | None,
    key: str | None = None,
    code: str | None = None,
) -> list[tuple[GiftCard, str]]:
    """Insert cards with new codes and the first row of their ledgers. Units that have a card are left out.

    ``code`` is the code of a single card; if it exists, the card is left out.
    """
    secret = installation().encryption_keys[0]
    codes: dict[GiftCardId, str] = {}
    rows = []
    for values in cards:
        card_id, new_code = GiftCardId(new_id()), code or rules.new_code()
        codes[card_id] = new_code
        row = {**values, "id": card_id, "current_balance": values["initial_value"]}
        rows.append(row | _code_columns(new_code, secret))
    statement = insert_into(GiftCard).values(rows)
    once = statement.on_conflict_do_nothing(
        index_elements=["code_hash"] if code else ["order_line_id", "order_line_unit"]
    )
    issued = db.session.scalars(once.returning(GiftCard)).all()
    ledger.write(
        [
            ledger.entry(
                card.id, EntryKind.ISSUE, f"issue:{key}:{at}" if key else f"issue:{card.id}",
                card.initial_value, card.initial_value, order_id=order_id, user_id=user_id,
            )
            for at, card in enumerate(issued)
        ]
    )  # fmt: skip
    return [(card, codes[card.id]) for card in sorted(issued, key=lambda card: card.id)]
