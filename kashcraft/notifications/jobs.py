"""Delivery of messages."""

from __future__ import annotations

from uuid import UUID

from kashcraft.core import mail
from kashcraft.core.db import db, end_reading, step
from kashcraft.core.errors import reason_of
from kashcraft.core.jobs import task
from kashcraft.notifications import services
from kashcraft.notifications.models import Message, MessageStatus


@task("notifications.deliver")
def deliver(message_id: str) -> None:
    """Compose and send one message, unless it has gone out already; a failure is noted and tried again."""
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
        raise
    with step():
        services.mark_sent(message_id=identity)
