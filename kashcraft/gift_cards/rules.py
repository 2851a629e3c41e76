"""Rules of gift cards: codes, balance, expiry, and which card gets a refund."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from kashcraft.core.errors import DomainError
from kashcraft.core.formats import Formats
from kashcraft.core.ids import ALPHABET, GiftCardId, keyed_hash

PREFIX = "GC"
# 16 of 31 characters carry 79 random bits.
RANDOM_CHARACTERS = 16
GROUP = 4
MOST_AT_ONCE = 5_000
LARGEST_VALUE = 10_000_000_000
RESEND_INTERVAL = timedelta(minutes=10)

_BETWEEN = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212]")
_MISREAD = str.maketrans("ILO", "110")
_NEVER = datetime.max.replace(tzinfo=UTC)


class GiftCardStatus(StrEnum):
    """Whether staff have cancelled a card. The other states follow from its balance and expiry."""

    ACTIVE = "active"
    CANCELLED = "cancelled"


class CardData(Protocol):
    """The fields of a card that determine whether it can pay and be sent."""

    @property
    def status(self) -> GiftCardStatus:
        """Whether staff have cancelled it."""

    @property
    def current_balance(self) -> int:
        """The balance in minor units."""

    @property
    def expires_at(self) -> datetime | None:
        """When it expires."""

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent."""

    @property
    def code_encrypted(self) -> str | None:
        """Its encrypted code, while it is stored."""


class GiftCardState(StrEnum):
    """The state of a card at a moment, for people."""

    ACTIVE = "active"
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Paid:
    """What a card has paid for an order and was not refunded, in minor units, and when the card expires."""

    card_id: GiftCardId
    amount: int
    expires_at: datetime | None


def new_code() -> str:
    """Return a random code: ``GC-`` and four groups of four characters."""
    return _printed("".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS)))


def format_code(text: str) -> str:
    """Return a chosen code as it is printed. Raises DomainError('gift_card_code')."""
    characters = canonical(text)
    if characters is None:
        raise DomainError("gift_card_code", field="code")
    return _printed(characters)


def _printed(characters: str) -> str:
    groups = (characters[start : start + GROUP] for start in range(0, RANDOM_CHARACTERS, GROUP))
    return "-".join((PREFIX, *groups))


def canonical(text: str) -> str | None:
    """Return the 16 characters of a typed code, or None if it cannot be one.

    Case, blanks, dashes of any kind and the prefix are ignored. I, L and O are read as 1, 1 and 0.
    """
    characters = _BETWEEN.sub("", text).upper().removeprefix(PREFIX).translate(_MISREAD)
    if len(characters) != RANDOM_CHARACTERS or any(character not in ALPHABET for character in characters):
        return None
    return characters


def looks_like_code(text: str) -> bool:
    """Return whether a text that a customer typed as a code has the form of a gift card code, prefix
    included.
    """
    characters = _BETWEEN.sub("", text).upper()
    return characters.startswith(PREFIX) and canonical(characters) is not None


def is_meant_as_code(text: str) -> bool:
    """Return whether a text that staff typed is a whole code, and not a name with 16 characters."""
    return looks_like_code(text) or (canonical(text) is not None and any(one.isdigit() for one in text))


def code_hash(key: str, characters: str) -> str:
    """Return the hash that is stored for the 16 characters of a code.

    It is an HMAC-SHA256. ``key`` is one of the shop's encryption keys; the key of the hash is derived from
    it, so that each serves one purpose only.
    """
    return keyed_hash(keyed_hash(key, "gift card codes"), characters)


def state_of(card: CardData, moment: datetime) -> GiftCardState:
    """Return the state of a card at ``moment``. Used and expired follow from its balance and expiry."""
    if card.status is GiftCardStatus.CANCELLED:
        return GiftCardState.CANCELLED
    if card.expires_at is not None and card.expires_at <= moment:
        return GiftCardState.EXPIRED
    return GiftCardState.ACTIVE if card.current_balance else GiftCardState.USED


def usable_balance(card: CardData, moment: datetime) -> int:
    """Return the amount that a card can pay at ``moment``, in minor units."""
    return card.current_balance if state_of(card, moment) is GiftCardState.ACTIVE else 0


def can_be_sent(card: CardData, moment: datetime) -> bool:
    """Return whether a card can be sent again: it was sent, it is active, and its code is still stored."""
    has_code = card.sent_at is not None and card.code_encrypted is not None
    return has_code and state_of(card, moment) is GiftCardState.ACTIVE


def was_just_sent(first: datetime | None, again: datetime | None, moment: datetime) -> bool:
    """Return whether the last e-mail of a card was sent within ``RESEND_INTERVAL``."""
    last = max(filter(None, (first, again)), default=None)
    return last is not None and moment - last < RESEND_INTERVAL


def refusal(card: CardData | None, moment: datetime) -> str | None:
    """Return why a card cannot be used at ``moment`` (see ``presenters.REFUSALS``), or None if it can.

    A cancelled card and an unknown code have the same answer.
    """
    if card is None:
        return "gift_card_unknown"
    return {
        GiftCardState.ACTIVE: None,
        GiftCardState.USED: "gift_card_empty",
        GiftCardState.EXPIRED: "gift_card_expired",
        GiftCardState.CANCELLED: "gift_card_unknown",
    }[state_of(card, moment)]


def label(last_four: str) -> str:
    """Return how a card is shown without its code: an ellipsis and its last four characters."""
    return f"…{last_four}"


def last_day(expires_at: datetime | None, formats: Formats) -> date | None:
    """Return the last day on which a card can pay, in the shop's time zone; None without an expiry."""
    return formats.date_of(expires_at - timedelta(microseconds=1)) if expires_at else None


def merged(amounts: Iterable[tuple[GiftCardId, int]]) -> dict[GiftCardId, int]:
    """Return the amounts by card, in the order in which cards are locked. Amounts of the same card are added.

    Raises ValueError for less than one minor unit.
    """
    sums: dict[GiftCardId, int] = {}
    for card_id, amount in amounts:
        if amount < 1:
            raise ValueError("a gift card pays at least one minor unit")
        sums[card_id] = sums.get(card_id, 0) + amount
    return {card_id: sums[card_id] for card_id in sorted(sums)}


def split_refund(paid: Sequence[Paid], amount: int) -> list[tuple[GiftCardId, int]]:
    """Return how much of ``amount`` each card gets back, in card order.

    The card that expires last gets its money first (cards without an expiry before all others), so that the
    money can be spent for as long as possible. No card gets more than it paid. Raises
    DomainError('gift_card_refund_too_much', available=) if the cards have paid less.
    """
    available = sum(card.amount for card in paid)
    if amount > available:
        raise DomainError("gift_card_refund_too_much", available=available)
    parts: list[tuple[GiftCardId, int]] = []
    for card in sorted(paid, key=lambda card: (card.expires_at or _NEVER, card.card_id), reverse=True):
        part = min(card.amount, amount)
        amount -= part
        if part:
            parts.append((card.card_id, part))
    return sorted(parts)


def end_after_refund(expires_at: datetime | None, moment: datetime, time: timedelta) -> datetime | None:
    """Return the expiry of a card after a refund at ``moment``: the old one, or ``time`` later than the
    refund.

    The later one applies, so that refunded money can be spent for at least ``time``.
    """
    return None if expires_at is None else max(expires_at, moment + time)


def check_issue(*, value: int, count: int = 1) -> None:
    """Raise DomainError('gift_card_value' or 'gift_card_count') for cards that may not be issued."""
    if not 1 <= value <= LARGEST_VALUE:
        raise DomainError("gift_card_value", field="value", most=LARGEST_VALUE)
    if not 1 <= count <= MOST_AT_ONCE:
        raise DomainError("gift_card_count", field="count", most=MOST_AT_ONCE)
