"""Messages: written once per occasion, sent once, failed, sent again, deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import new_id
from kashcraft.core.jobs.models import Outbox
from kashcraft.notifications import services
from kashcraft.notifications.models import Message, MessageStatus
from tests.factories.people import person
from tests.factories.rows import add_row


def queue(key: str = "once", **more: Any) -> UUID:
    values = {"kind": "account_exists", "recipient": "ada@shop.example", "context": {"name": "Ada"}} | more
    with step():
        return services.queue_message(key=key, **values).id


def message(identity: UUID) -> Message:
    db.session.rollback()
    return db.session.get_one(Message, identity, populate_existing=True)


def queued() -> list[str]:
    db.session.rollback()
    return [payload["message_id"] for payload in db.session.scalars(sa.select(Outbox.payload))]


def forget(limit: int = 100) -> int:
    with step():
        return services.purge_old_messages(limit=limit)


def fail(identity: UUID, reason: str = "no such address") -> None:
    with step():
        services.mark_failed(message_id=identity, reason=reason)


def test_message_is_written_and_its_delivery_queued(database: Flask) -> None:
    identity = queue()

    written = message(identity)
    assert (written.template, written.recipient, written.context, written.status) == (
        "account_exists",
        "ada@shop.example",
        {"name": "Ada"},
        MessageStatus.PENDING,
    )
    assert queued() == [str(identity)]


def test_occasion_has_one_message_and_one_delivery(database: Flask) -> None:
    first = queue()

    assert queue(recipient="grace@shop.example") == first
    assert message(first).recipient == "ada@shop.example"
    assert queued() == [str(first)]
    assert queue("another") != first


def test_values_of_a_sent_message_are_deleted(database: Flask, frozen: FrozenClock) -> None:
    identity = queue()
    with step():
        services.mark_attempt_failed(message_id=identity, reason="x" * 900)
    waiting = message(identity)
    assert (waiting.attempts, len(waiting.failure_reason or ""), waiting.status) == (
        1,
        500,
        MessageStatus.PENDING,
    )

    with step():
        services.mark_sent(message_id=identity)
    sent = message(identity)
    assert (sent.status, sent.sent_at, sent.attempts, sent.failure_reason, sent.context) == (
        MessageStatus.SENT,
        frozen.moment,
        2,
        None,
        {},
    )


def test_sent_message_does_not_fail_later(database: Flask, frozen: FrozenClock) -> None:
    identity = queue()
    with step():
        services.mark_sent(message_id=identity)
    fail(identity)

    assert message(identity).status is MessageStatus.SENT
    with step():
        assert not services.resend(message_id=identity)


def test_failed_message_can_be_sent_again_once(database: Flask) -> None:
    identity = queue()
    fail(identity)
    with step():
        assert services.resend(message_id=identity)
        assert not services.resend(message_id=identity)

    again = message(identity)
    assert (again.status, again.attempts) == (MessageStatus.PENDING, 0)
    assert queued() == [str(identity)] * 2
    with pytest.raises(NotFound, match="no_message"), step():
        services.resend(message_id=new_id())


@pytest.mark.parametrize(("known_by", "days"), [("", 3), ("user_id", 30), ("order_id", 30)])
def test_recipient_without_an_account_is_deleted_earlier(
    database: Flask, frozen: FrozenClock, known_by: str, days: int
) -> None:
    with step():
        order = add_row("orders") if known_by == "order_id" else None
    known = {"user_id": person()} if known_by == "user_id" else {"order_id": order} if order else {}
    identity = queue(**known)
    with step():
        services.mark_sent(message_id=identity)

    frozen.advance(days=days)
    assert forget() == 0
    frozen.advance(seconds=1)
    assert (forget(), forget()) == (1, 0)
    assert (message(identity).recipient, message(identity).dedupe_key) == ("", "once")


@pytest.mark.parametrize(("kind", "days"), [("confirm_email", 6), ("account_exists", 90)])
def test_failed_public_request_is_deleted_earlier(
    database: Flask, frozen: FrozenClock, kind: str, days: int
) -> None:
    fail(queue(kind=kind))

    frozen.advance(days=days)
    assert forget() == 0
    frozen.advance(seconds=1)
    assert (forget(), forget()) == (1, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_purge_is_limited_per_transaction(database: Flask, frozen: FrozenClock) -> None:
    for key in "abc":
        identity = queue(key)
        with step():
            services.mark_sent(message_id=identity)
    frozen.advance(days=4)

    assert [forget(2), forget(2), forget(2)] == [2, 1, 0]
