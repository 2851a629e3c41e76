"""Refusals of the business rules, with codes that pages, logs and tests rely on."""

from __future__ import annotations

import re
from typing import Any

# Lines in which PostgreSQL quotes whole rows, including password hashes and addresses.
_VALUES = re.compile(r"^[ \t]*(?:DETAIL|CONTEXT):.*\n?", re.MULTILINE)


class DomainError(Exception):
    """A refusal by a business rule.

    ``code`` is stable and in lower snake case; ``field`` names the form field of the message, if any;
    ``details`` contains plain values for the message (amounts in minor units, names, numbers).
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
    """A record does not exist or is not visible to the user; both are answered with 404."""

    def __init__(self, code: str = "not_found", **details: Any) -> None:
        super().__init__(code, **details)


def without_values(text: str) -> str:
    """Return a message or a traceback without the lines in which a database quotes stored values."""
    return _VALUES.sub("", text)


def reason_of(error: BaseException) -> str:
    """Return the type and message of an error without stored values, for a text column."""
    return without_values(f"{type(error).__name__}: {error}").replace("\x00", "")[:2000].strip()
