"""Delivery of messages."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kashcraft.core import mail
from kashcraft.core.db import db, end_reading, in_step, step
from kashcraft.core.errors import reason_of
from kashcraft.core.jobs import Lane, PermanentFailure, task
from kashcraft.notifications import services
from kashcraft.notifications.models import Message, MessageStatus

# With pauses of 15 seconds, then twice as long each time up to four hours, these take 72 hours.
TRIES = 28


def not_sent(reason: str, message_id: str) -> None:
    """Keep that a message was given up, for staff to see and send again."""
    services.mark_failed(message_id=UUID(message_id), reason=reason)


# The message says what staff need; what the mail server said of the address goes with it.
FORGOTTEN = timedelta(days=3)


@task(
    services.delivery,
    lane=Lane.MAIL,
    tries=TRIES,
    on_permanent_failure=not_sent,
    delete_failed_after=FORGOTTEN,
)
def deliver(message_id: str) -> None:
    """Compose and send one message, unless it has gone out already; a failure is noted and tried again for
    three days. An address that its server refuses for good is given up at once.
    """
    identity = UUID(message_id)
    message = db.session.get(Message, identity)
    if message is None or message.status is not MessageStatus.PENDING:
        return
    template, recipient, context = message.template, message.recipient, dict(message.context)
    end_reading()
    try:
        mail.deliver(template, recipient=recipient, **context)
    except Exception as error:
        with step():
            services.mark_attempt_failed(message_id=identity, reason=reason_of(error))
        if mail.refused_for_good(error):
            raise PermanentFailure(reason_of(error)) from error
        raise
    with step():
        services.mark_sent(message_id=identity)


@task("notifications.forget")
def forget() -> None:
    """Forget whom old messages went to, and delete those that could not be sent."""
    while in_step(lambda: services.forget(limit=1000)):
        pass
