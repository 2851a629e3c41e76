"""What happened to something, as staff read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One row of a history."""

    title: str
    text: str
    at: datetime
    state: str = "done"
