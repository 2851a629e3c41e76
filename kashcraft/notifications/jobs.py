"""Background jobs that deliver and delete messages."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kashcraft.core import mail
from kashcraft.core.db import in_step, step
from kashcraft.core.errors import reason_of
from kashcraft.core.jobs import Lane, PermanentFailure, task
from kashcraft.notifications import queries, services

# The pause is 15 seconds at first and doubles up to four hours, so these attempts take 72 hours.
TRIES = 28


def record_failure(reason: str, message_id: str) -> None:
    """Record that the delivery of a message has failed for good, so that staff can send it again."""
    services.mark_failed(message_id=UUID(message_id), reason=reason)


# The message itself keeps what staff need, so the failed job and its error are deleted earlier.
FORGOTTEN = timedelta(days=3)


@task(
    services.delivery,
    lane=Lane.MAIL,
    tries=TRIES,
    on_permanent_failure=record_failure,
    delete_failed_after=FORGOTTEN,
)
def deliver(message_id: str) -> None:
    """Compose and send one message, unless it was sent already.

    A failure is recorded and tried again for three days. If the mail server refuses the address for good,
    there is no other attempt.
    """
    identity = UUID(message_id)
    message = queries.find_pending_message(message_id)
    if message is None:
        return
    try:
        mail.deliver(message.template, recipient=message.recipient, **message.context)
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
    """Delete the recipients of old messages, and messages that failed long ago."""
    while in_step(lambda: services.purge_old_messages(limit=1000)):
        pass
