"""The latest daily check and its result."""

from __future__ import annotations

from datetime import tzinfo

from kashcraft.books.rules import LedgerCheck, alert_key
from kashcraft.core import jobs
from kashcraft.notifications import queries as notifications

CHECK_JOB = "books.prove"


def find_last_check(zone: tzinfo) -> LedgerCheck | None:
    """Return the latest daily check, None without a stored one; ``zone`` is the shop's time zone.

    Differences were found where an e-mail about them was queued on that day. At most two statements.
    """
    finished = jobs.find_last_run(CHECK_JOB)
    if finished is None:
        return None
    day = finished.astimezone(zone).date()
    return LedgerCheck(finished, notifications.has_message(alert_key(day)))
