"""Identifiers: time-ordered row ids, references for people with a check character, and secret tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

# Types of ids, so that type checkers report mixed-up ids. At run time each is a UUID. They are the only names
# of business objects in this package, because events and all features use them.
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
InvitationId = NewType("InvitationId", UUID)
ImageId = NewType("ImageId", UUID)
UploadId = NewType("UploadId", UUID)
ProductImportId = NewType("ProductImportId", UUID)
PageId = NewType("PageId", UUID)
ShippingZoneId = NewType("ShippingZoneId", UUID)
ShippingMethodId = NewType("ShippingMethodId", UUID)
TaxRateId = NewType("TaxRateId", UUID)
MenuItemId = NewType("MenuItemId", UUID)
KINDS = (
    UserId, ProductId, CategoryId, CartId, CartLineId, CartCodeId, CheckoutId, OrderId, OrderLineId,
    PaymentId, RefundId, ReturnId, VoucherId, GiftCardId, RewardId, ImageId, UploadId,
    PageId, MenuItemId, InvitationId, ShippingZoneId, ShippingMethodId, TaxRateId,
    PaymentId, RefundId, ReturnId, VoucherId, GiftCardId, RewardId, ImageId, UploadId, ProductImportId,
    PageId, InvitationId,
)  # fmt: skip
# The id of a thing of any kind, where one module stores or receives ids of all of them.
AnyId = UUID

# 31 characters, a prime number: without I, L, O and U, which resemble others, and without Z.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"


def new_id() -> UUID:
    """Return a version 7 UUID, which sorts by its time of creation."""
    return uuid7()


def _check_character(body: str) -> str:
    """Return the character that makes the position-weighted sum of ``body`` 0 modulo 31.

    The weights are 2, 3, 4 and so on. As 31 is prime, every single wrong character and every swap of
    neighbors is detected in references of up to 28 characters.
    """
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return ALPHABET[-total % 31]


def new_reference(prefix: str, length: int = 8) -> str:
    """Return ``prefix-`` and ``length`` characters, the last of which is the check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length - 1))
    return f"{prefix}-{body}{_check_character(body)}"


def clean_reference(text: str, prefix: str) -> str | None:
    """Return a typed reference in its canonical form, or None when its check character is wrong.

    Case, spaces and dashes do not matter, and I, L and O are read as the digits they resemble.
    """
    characters = "".join(text.upper().split()).replace("-", "")
    characters = characters.removeprefix(prefix).translate(str.maketrans("ILO", "110"))
    if len(characters) < 2 or any(character not in ALPHABET for character in characters):
        return None
    return f"{prefix}-{characters}" if _check_character(characters[:-1]) == characters[-1] else None


def new_token() -> str:
    """Return an unguessable URL-safe token of 192 random bits."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """Return the stored form of a token: its SHA-256 in hex. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(key: str, text: str) -> str:
    """Return the HMAC-SHA256 of ``text`` under ``key`` in hex, for finding values that must not be stored."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
