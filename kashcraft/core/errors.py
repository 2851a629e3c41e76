"""How a rule says no: an error with a code that pages, logs and tests can rely on."""

from __future__ import annotations

from typing import Any


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
