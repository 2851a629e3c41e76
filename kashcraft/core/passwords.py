"""Passwords, hashed with argon2id; few at a time, because each check takes a core for a while."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM = 10
MAXIMUM = 200
# A score of 1 is reached within a million guesses; zxcvbn's time grows with the length of what it examines.
WEAK = 1
EXAMINED = 72
# What has to be left of a password without the words that everybody knows of its owner and the shop.
LEFT_OVER = 6

_SEPARATORS = re.compile(r"[\W_]+")
# OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return the hash of a password as it is stored, with its own salt and parameters."""
    with _turns:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Return whether ``password`` is the one that was hashed.

    Without a stored hash it takes as long and answers no, so that nobody learns which accounts exist.
    """
    try:
        with _turns:
            _hasher.verify(stored or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Return whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Return whether a password is among the first million that somebody would try.

    ``about`` are texts whose words are no secret here: the shop's name, the person's name and e-mail address.
    """
    # Loaded at first use: word lists of fourteen megabytes that most web processes never need.
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
