"""A new message."""

from __future__ import annotations

import pytest

from kashcraft.core.db import step
from kashcraft.notifications.models import Channel, Message, MessageStatus

pytestmark = pytest.mark.usefixtures("database")


def test_new_message_is_pending_and_by_email() -> None:
    with step() as session:
        message = Message(dedupe_key="welcome/1", template="welcome", recipient="noor@kashcraft.example")
        session.add(message)
    assert (message.status, message.channel) == (MessageStatus.PENDING, Channel.EMAIL)
    assert (message.attempts, message.sent_at, message.context, message.locale) == (0, None, {}, "en_US")
