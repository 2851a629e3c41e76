"""Signed values for links and cookies, and encrypted secrets for storage."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, URLSafeTimedSerializer

from kashcraft.core.settings import installation

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


def sign(purpose: str, value: Any) -> str:
    """Return ``value`` (plain JSON) as URL-safe text, signed for ``purpose`` and no other."""
    return str(_serializer(purpose).dumps(value))


def read_signed(purpose: str, text: str, *, max_age: int | None = None) -> Any | None:
    """Return the value that was signed for ``purpose``, or None when it is forged or older than ``max_age``
    seconds.
    """
    try:
        return _serializer(purpose).loads(text, max_age=max_age)
    except BadData:
        return None


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(installation().secret_key, salt=f"kashcraft.{purpose}")


def encrypt(text: str) -> str:
    """Return ``text`` encrypted under the newest of the configured keys."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Return the text that ``encrypt`` encrypted under any configured key. Raises ValueError."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise ValueError("no configured key opens this secret") from error


def _fernet() -> MultiFernet:
    # Imported on first use: it takes 6 MB that most processes never need.
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
            for key in installation().encryption_keys
        ]
    )
