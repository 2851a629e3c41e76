"""The delivery state of the gift cards of an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CardState:
    """The delivery state of the gift cards of one line.

    ``due_at`` is when their e-mail is to be sent, ``sent_at`` when it was sent. ``cancelled`` is true
    where their price was refunded.
    """

    due_at: datetime | None
    sent_at: datetime | None
    cancelled: bool = False
