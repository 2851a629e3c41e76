"""For whom a gift card is: what its buyer said, as a cart line and then an order line keep it."""

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
    """Whom a card is for, its picture, what is written on it and on which day it is sent.

    ``design`` is the stem of a picture. Without an e-mail address the card is for its buyer; without a day it
    is sent as soon as it is paid.
    """

    recipient_name: str = ""
    recipient_email: str = ""
    message: str = ""
    design: str = ""
    deliver_on: date | None = None

    @property
    def for_buyer(self) -> bool:
        """Return whether the buyer keeps the card."""
        return not self.recipient_email

    def to_dict(self) -> dict[str, Any]:
        """Return it as it is stored: texts, all of them there."""
        return asdict(self) | {"deliver_on": self.deliver_on.isoformat() if self.deliver_on else ""}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Gift:
        """Return what ``to_dict`` stored."""
        values = {name: str(kept.get(name, "")) for name in cls.__dataclass_fields__}
        day = values.pop("deliver_on")
        return cls(**values, deliver_on=date.fromisoformat(day) if day else None)


def details_key_of(details: Mapping[str, Any] | None) -> str:
    """Return what tells lines of one product apart by their details: empty without any, else 64 letters."""
    if not details:
        return ""
    return hashlib.sha256(json.dumps(details, sort_keys=True).encode()).hexdigest()
