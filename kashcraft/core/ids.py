"""Identifiers: time-ordered row ids, human references with a check character, and secret tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

# What an id is the id of, for type checkers: one kind never stands where another is meant. At run time each
# is a UUID. The names are the only words of the shop in this package: events and every feature share them.
UserId = NewType("UserId", UUID)
ProductId = NewType("ProductId", UUID)
CategoryId = NewType("CategoryId", UUID)
CartId = NewType("CartId", UUID)
CartLineId = NewType("CartLineId", UUID)
CartCodeId = NewType("CartCodeId", UUID)
CheckoutId = NewType("CheckoutId", UUID)
OrderId = NewType("OrderId", UUID)
OrderLineId = NewType("OrderLineId", UUID)
PaymentId = NewType("PaymentId", UUID)
RefundId = NewType("RefundId", UUID)
ReturnId = NewType("ReturnId", UUID)
VoucherId = NewType("VoucherId", UUID)
GiftCardId = NewType("GiftCardId", UUID)
RewardId = NewType("RewardId", UUID)
KINDS = (
    UserId, ProductId, CategoryId, CartId, CartLineId, CartCodeId, CheckoutId, OrderId, OrderLineId,
    PaymentId, RefundId, ReturnId, VoucherId, GiftCardId, RewardId,
)  # fmt: skip

# 31 characters, a prime number: no I, L, O and U, which look like something else, and no Z.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"


def new_id() -> UUID:
    """Return a version 7 UUID, which sorts by the time it was made."""
    return uuid7()


def _check_character(body: str) -> str:
    """Return the character that makes the position-weighted sum of ``body`` 0 modulo 31.

    The weights run 2, 3, 4 ...; as 31 is prime, every single wrong character and every swap of two neighbours
    is noticed in references of up to 28 characters.
    """
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(body, start=2))
    return ALPHABET[-total % 31]


def new_reference(prefix: str, length: int = 8) -> str:
    """Return ``prefix-`` and ``length`` characters, the last of which checks the others."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length - 1))
    return f"{prefix}-{body}{_check_character(body)}"


def clean_reference(text: str, prefix: str) -> str | None:
    """Return a typed reference in its written form, or None when its check character is wrong.

    Case, spaces and dashes do not matter, and I, L and O are read as the digits they look like.
    """
    letters = "".join(text.upper().split()).replace("-", "")
    letters = letters.removeprefix(prefix).translate(str.maketrans("ILO", "110"))
    if len(letters) < 2 or any(letter not in ALPHABET for letter in letters):
        return None
    return f"{prefix}-{letters}" if _check_character(letters[:-1]) == letters[-1] else None


def new_token() -> str:
    """Return an unguessable URL-safe token of 192 random bits."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hex (tokens are random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(key: str, text: str) -> str:
    """Return the HMAC-SHA256 of ``text`` under ``key`` in hex, for looking up what must not be readable."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
