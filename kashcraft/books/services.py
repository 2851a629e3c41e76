"""The letter to the shop about books that are not right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kashcraft.books import presenters
from kashcraft.books.rules import Difference
from kashcraft.core.settings import settings
from kashcraft.notifications.models import Message
from kashcraft.notifications.services import queue_message


def write_alert(*, differences: Sequence[Difference], day: date) -> Message | None:
    """Write to the support address that the books are not right, once a ``day``; return the letter.

    None where there is nothing to tell.
    """
    if not differences:
        return None
    return queue_message(
        kind="books_differ",
        recipient=settings().support_email,
        key=f"books_differ:{day.isoformat()}",
        context=presenters.email_context(differences),
    )
