"""The recipient and message of a gift card, stored with cart lines and order lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

MAX_MESSAGE_LENGTH = 300
MAX_DAYS_AHEAD = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """The recipient, design, message and delivery date of a gift card.

    ``design`` is the stem of a picture. Without an e-mail address the buyer is the recipient. Without a date
    the card is sent as soon as it is paid.
    """

    recipient_name: str = ""
    recipient_email: str = ""
    message: str = ""
    design: str = ""
    deliver_on: date | None = None

    @property
    def for_buyer(self) -> bool:
        """Return whether the buyer is the recipient."""
        return not self.recipient_email

    def to_dict(self) -> dict[str, Any]:
        """Return the gift as it is stored: every field is a text."""
        return asdict(self) | {"deliver_on": self.deliver_on.isoformat() if self.deliver_on else ""}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Gift:
        """Return the gift that ``to_dict`` stored."""
        values = {name: str(stored.get(name, "")) for name in cls.__dataclass_fields__}
        day = values.pop("deliver_on")
        return cls(**values, deliver_on=date.fromisoformat(day) if day else None)


def details_key_of(details: Mapping[str, Any] | None) -> str:
    """Return the key of details: empty without details, otherwise 64 characters."""
    if not details:
        return ""
    return hashlib.sha256(json.dumps(details, sort_keys=True).encode()).hexdigest()
