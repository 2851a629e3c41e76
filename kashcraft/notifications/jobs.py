"""Delivery of messages."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from kashcraft.core import mail
from kashcraft.core.context import settings
from kashcraft.core.db import db, step
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
    db.session.rollback()
    try:
        with current_app.test_request_context(base_url=settings().base_url):
            letter = mail.compose(template, sender=settings().mail_from, recipient=recipient, **context)
        current_app.extensions["mail"].send(letter)
    except Exception as error:
        with step():
            services.mark_attempt_failed(message_id=identity, reason=f"{type(error).__name__}: {error}")
        raise
    with step():
        services.mark_sent(message_id=identity)
