"""The e-mail about differences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kashcraft.books import presenters, rules
from kashcraft.books.rules import Difference
from kashcraft.core.settings import settings
from kashcraft.notifications.models import Message
from kashcraft.notifications.services import queue_message


def queue_alert(*, differences: Sequence[Difference], day: date) -> Message | None:
    """Queue the e-mail about differences to the support address, once per ``day``; return the message.

    Return None without differences.
    """
    if not differences:
        return None
    return queue_message(
        kind="books_differ",
        recipient=settings().support_email,
        key=rules.alert_key(day),
        context=presenters.email_context(differences),
    )
