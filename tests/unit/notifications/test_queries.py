"""Failed messages for staff: latest first, by page."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.notifications import queries
from tests.factories.rows import add_row


def write(*keys: str, status: str = "failed") -> None:
    """Write messages, each a minute older than the previous one."""
    with step():
        for age, key in enumerate(keys):
            sent = {"sent_at": clock.now()} if status == "sent" else {}
            created = clock.now() - timedelta(minutes=age)
            add_row("messages", dedupe_key=key, status=status, created_at=created, **sent)


def keys(page: int) -> tuple[list[str], int]:
    found, total = queries.list_failed_messages(page=page, size=2)
    return [message.dedupe_key for message in found], total


def test_failed_messages_are_listed_latest_first(database: Flask, frozen: FrozenClock) -> None:
    write("new", "older", "oldest")
    write("waits", status="pending")
    write("went out", status="sent")

    assert keys(1) == (["new", "older"], 3)
    assert keys(2) == (["oldest"], 3)
    assert keys(3) == ([], 3)
    assert queries.count_failed_messages() == 3


def test_list_is_empty_without_failed_messages(database: Flask) -> None:
    assert keys(1) == ([], 0)


def test_only_a_pending_message_is_found_for_delivery(database: Flask, frozen: FrozenClock) -> None:
    values = {"template": "confirm_email", "recipient": "ada@example.com", "context": {"n": 1}}
    with step():
        waiting = add_row("messages", dedupe_key="a", status="pending", **values)
        given_up = add_row("messages", dedupe_key="b", status="failed", **values)

    assert queries.find_pending_message(str(waiting)) == ("confirm_email", "ada@example.com", {"n": 1})
    assert queries.find_pending_message(str(given_up)) is None
