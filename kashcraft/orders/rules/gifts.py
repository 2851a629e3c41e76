"""Where the gift cards of an order are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CardState:
    """Where the cards of a line are: ``due_at`` is when their e-mail goes out, ``sent_at`` when it has;
    ``cancelled`` where their price went back.
    """

    due_at: datetime | None
    sent_at: datetime | None
    cancelled: bool = False
