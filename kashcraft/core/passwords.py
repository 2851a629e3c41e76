"""Password hashing with argon2id, limited to a few at a time, because each uses a core for a while."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM = 10
MAXIMUM = 200
# A score of 1 means up to a million guesses. Only the first characters are examined, to limit the time.
WEAK = 1
EXAMINED = 72
# Characters that must remain of a password without the names of its owner and the shop.
LEFT_OVER = 6

_SEPARATORS = re.compile(r"[\W_]+")
# OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return the hash of a password for storage, with its own salt and parameters."""
    with _turns:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Return whether ``password`` matches a stored hash.

    Without a hash it takes the same time and returns False, so that response times do not reveal accounts.
    """
    try:
        with _turns:
            _hasher.verify(stored or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Return whether a hash has other parameters than the current ones."""
    return _hasher.check_needs_rehash(stored)


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Return whether a password is among the first million guesses.

    ``about`` are texts that an attacker knows: the shop's name, and the customer's name and e-mail address.
    """
    # Imported on first use: its word lists take 14 MB that most processes never need.
    from zxcvbn import zxcvbn

    words = {word for text in about for word in _SEPARATORS.split(text.casefold()) if len(word) > 2}
    left = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    if words and len(_SEPARATORS.sub("", left)) < LEFT_OVER:
        return True
    found = zxcvbn(password[:EXAMINED], user_inputs=sorted(words), max_length=EXAMINED)
    return bool(found["score"] <= WEAK)


@cache
def _nobodys() -> str:
    return _hasher.hash("a password that nobody has chosen")
