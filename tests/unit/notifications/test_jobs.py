"""A message is sent once; the response of the mail server decides whether it is tried again."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.core.jobs import PermanentFailure
from kashcraft.notifications import jobs, services
from kashcraft.notifications.models import Message, MessageStatus

REFUSED = smtplib.SMTPRecipientsRefused({"ada@shop.example": (550, b"no such user")})


def queue() -> UUID:
    with step():
        return services.queue_message(
            kind="account_exists", recipient="ada@shop.example", key="once", context={"name": "Ada"}
        ).id


def state(identity: UUID) -> tuple[MessageStatus, int, str | None]:
    db.session.rollback()
    row = sa.select(Message.status, Message.attempts, Message.failure_reason).where(Message.id == identity)
    return tuple(db.session.execute(row).one())


class Refusing:
    """A mail server that raises one error for each message."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send(self, _: EmailMessage) -> None:
        """Raise it."""
        raise self.error


@contextmanager
def mail_server(app: Flask, server: Any) -> Iterator[None]:
    mail = app.extensions["mail"]
    app.extensions["mail"] = server
    try:
        yield
    finally:
        app.extensions["mail"] = mail


def test_message_is_sent_once(database: Flask, sent_emails: list[EmailMessage]) -> None:
    identity = queue()
    for _ in range(2):
        jobs.deliver(message_id=str(identity))

    assert [(sent["To"], sent["Subject"]) for sent in sent_emails] == [
        ("ada@shop.example", sent_emails[0]["Subject"])
    ]
    assert state(identity) == (MessageStatus.SENT, 1, None)


def test_deleted_message_is_not_a_failure(database: Flask, sent_emails: list[EmailMessage]) -> None:
    jobs.deliver(message_id=str(new_id()))

    assert sent_emails == []


def test_failure_is_recorded_and_raised(database: Flask) -> None:
    identity = queue()
    with mail_server(database, Refusing(ConnectionRefusedError("no mail server"))):
        with pytest.raises(ConnectionRefusedError):
            jobs.deliver(message_id=str(identity))
        with pytest.raises(ConnectionRefusedError):
            jobs.deliver(message_id=str(identity))

    assert state(identity) == (MessageStatus.PENDING, 2, "ConnectionRefusedError: no mail server")


def test_permanently_refused_address_fails_at_once(database: Flask) -> None:
    identity = queue()
    with mail_server(database, Refusing(REFUSED)), pytest.raises(PermanentFailure, match="no such user"):
        jobs.deliver(message_id=str(identity))
    with step():
        jobs.record_failure("no such user", str(identity))

    assert state(identity) == (MessageStatus.FAILED, 1, "no such user")
