"""How a rule says no: an error with a code that pages, logs and tests can rely on."""

from __future__ import annotations

import re
from typing import Any

# What PostgreSQL adds to a refusal: whole rows, passwords' hashes and addresses included.
_VALUES = re.compile(r"^[ \t]*(?:DETAIL|CONTEXT):.*\n?", re.MULTILINE)


class DomainError(Exception):
    """A refusal by the rules of the shop.

    ``code`` is stable and lower snake case; ``field`` names the form field it belongs beside, if any;
    ``details`` carries plain values that a message needs (amounts in minor units, names, numbers).
    """

    def __init__(self, code: str, *, field: str | None = None, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.details = details

    def __str__(self) -> str:
        """Return the code with its details, for logs."""
        details = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code} ({details})" if details else self.code


class NotFound(DomainError):
    """The thing does not exist, or not for this person; pages answer 404 for both alike."""

    def __init__(self, code: str = "not_found", **details: Any) -> None:
        super().__init__(code, **details)


def without_values(text: str) -> str:
    """Return a message or a traceback without the lines in which a database quotes what is stored."""
    return _VALUES.sub("", text)


def reason_of(error: BaseException) -> str:
    """Return what went wrong, to be kept beside what failed: the kind and its message, without stored values,
    fit for a text column.
    """
    return without_values(f"{type(error).__name__}: {error}").replace("\x00", "")[:2000].strip()
