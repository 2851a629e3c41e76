"""Codes of gift cards, what a card is worth, when it ends, and which card gets money back."""

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
    """Whether staff have cancelled a card; used and expired follow from its balance and its date."""

    ACTIVE = "active"
    CANCELLED = "cancelled"


class CardData(Protocol):
    """What of a card decides whether it pays and can be sent."""

    @property
    def status(self) -> GiftCardStatus:
        """Whether staff have cancelled it."""

    @property
    def current_balance(self) -> int:
        """What is left on it, in minor units."""

    @property
    def expires_at(self) -> datetime | None:
        """When it is over."""

    @property
    def sent_at(self) -> datetime | None:
        """When it went out."""

    @property
    def code_encrypted(self) -> str | None:
        """Its code while that is kept."""


class GiftCardState(StrEnum):
    """What a card is at a moment, for people."""

    ACTIVE = "active"
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Paid:
    """What a card has paid of an order and not got back yet, in minor units, and when the card ends."""

    card_id: GiftCardId
    amount: int
    expires_at: datetime | None


def new_code() -> str:
    """Return a code from a cryptographic generator: ``GC-`` and four groups of four characters."""
    return _printed("".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS)))


def format_code(text: str) -> str:
    """Return a code that somebody chose as it is printed. Raises DomainError('gift_card_code')."""
    letters = canonical(text)
    if letters is None:
        raise DomainError("gift_card_code", field="code")
    return _printed(letters)


def _printed(letters: str) -> str:
    groups = (letters[start : start + GROUP] for start in range(0, RANDOM_CHARACTERS, GROUP))
    return "-".join((PREFIX, *groups))


def canonical(text: str) -> str | None:
    """Return the 16 characters of a typed code, or None for what cannot be one.

    Case, blanks, dashes of any kind and the prefix do not matter; I, L and O are read as the digits they look
    like.
    """
    letters = _BETWEEN.sub("", text).upper().removeprefix(PREFIX).translate(_MISREAD)
    if len(letters) != RANDOM_CHARACTERS or any(letter not in ALPHABET for letter in letters):
        return None
    return letters


def looks_like_code(text: str) -> bool:
    """Return whether what somebody typed into the box for codes is meant as a gift card."""
    letters = _BETWEEN.sub("", text).upper()
    return letters.startswith(PREFIX) and canonical(letters) is not None


def is_meant_as_code(text: str) -> bool:
    """Return whether what staff typed is a whole code rather than somebody's name of sixteen letters."""
    return looks_like_code(text) or (canonical(text) is not None and any(one.isdigit() for one in text))


def code_hash(key: str, letters: str) -> str:
    """Return what is stored of a code's 16 characters: their HMAC-SHA256 under a key made from ``key``.

    ``key`` is one of the shop's encryption keys. The key of the hash is an HMAC of it, so that neither serves
    for the other.
    """
    return keyed_hash(keyed_hash(key, "gift card codes"), letters)


def state_of(card: CardData, moment: datetime) -> GiftCardState:
    """Return what a card is at ``moment``; used and expired follow from its balance and its date."""
    if card.status is GiftCardStatus.CANCELLED:
        return GiftCardState.CANCELLED
    if card.expires_at is not None and card.expires_at <= moment:
        return GiftCardState.EXPIRED
    return GiftCardState.ACTIVE if card.current_balance else GiftCardState.USED


def usable_balance(card: CardData, moment: datetime) -> int:
    """Return what can be paid with a card at ``moment``, in minor units."""
    return card.current_balance if state_of(card, moment) is GiftCardState.ACTIVE else 0


def can_be_sent(card: CardData, moment: datetime) -> bool:
    """Return whether a card can be sent again: it went out, it still pays, and its code is still kept."""
    kept = card.sent_at is not None and card.code_encrypted is not None
    return kept and state_of(card, moment) is GiftCardState.ACTIVE


def was_just_sent(first: datetime | None, again: datetime | None, moment: datetime) -> bool:
    """Return whether the last letter of a card is on its way or has just come."""
    last = max(filter(None, (first, again)), default=None)
    return last is not None and moment - last < RESEND_INTERVAL


def refusal(card: CardData | None, moment: datetime) -> str | None:
    """Return why a card cannot be used at ``moment`` (see ``presenters.REFUSALS``), or None where it can.

    A cancelled card and a code that nobody has get one same answer.
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
    """Return how a card is shown where its code must not be: an ellipsis and its last four characters."""
    return f"…{last_four}"


def last_day(expires_at: datetime | None, formats: Formats) -> date | None:
    """Return the last day on which a card pays, by the shop's time zone; None without one."""
    return formats.date_of(expires_at - timedelta(microseconds=1)) if expires_at else None


def merged(amounts: Iterable[tuple[GiftCardId, int]]) -> dict[GiftCardId, int]:
    """Return amounts by card, cards named twice added up, in the order in which cards are always locked.

    Raises ValueError for less than one minor unit.
    """
    sums: dict[GiftCardId, int] = {}
    for card_id, amount in amounts:
        if amount < 1:
            raise ValueError("a gift card pays at least one minor unit")
        sums[card_id] = sums.get(card_id, 0) + amount
    return {card_id: sums[card_id] for card_id in sorted(sums)}


def split_refund(paid: Sequence[Paid], amount: int) -> list[tuple[GiftCardId, int]]:
    """Return which card gets how much of ``amount`` back, in card order.

    Cards get their money back in the reverse of the order in which they paid: the one that ends last first
    (cards without an end before all), so that the money can be spent for as long as possible. None gets more
    than it has paid. Raises DomainError('gift_card_refund_too_much', available=) where all of them together
    have paid less.
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
    """Return when a card with money back at ``moment`` ends: as before, or ``time`` on if that is later.

    Money that comes back to a card whose time is over, or nearly, can be spent for so long at least.
    """
    return None if expires_at is None else max(expires_at, moment + time)


def check_issue(*, value: int, count: int = 1) -> None:
    """Raise DomainError('gift_card_value' or 'gift_card_count') for cards that nobody may issue."""
    if not 1 <= value <= LARGEST_VALUE:
        raise DomainError("gift_card_value", field="value", most=LARGEST_VALUE)
    if not 1 <= count <= MOST_AT_ONCE:
        raise DomainError("gift_card_count", field="count", most=MOST_AT_ONCE)
