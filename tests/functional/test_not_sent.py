"""E-mails that cannot be sent are tried for three days, then staff see them and send them again."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.models import Role
from kashcraft.core import clock, jobs, mail
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.core.jobs import Schedule
from kashcraft.core.jobs.engine import Engine
from kashcraft.inventory import services as inventory
from kashcraft.inventory.jobs import release_expired
from kashcraft.inventory.models import HolderKind, Inventory
from kashcraft.notifications.models import Message, MessageStatus
from kashcraft.notifications.services import queue_message
from tests.factories.orders import stocked
from tests.factories.people import signed_in


@dataclass
class BrokenTransport:
    """A mail server that raises ``error`` for each message."""

    error: Exception
    tried: int = 0

    def send(self, _: EmailMessage) -> None:
        """Raise the error."""
        self.tried += 1
        raise self.error


@pytest.fixture
def broken(app: Flask) -> Iterator[BrokenTransport]:
    """The shop's mail server cannot be reached."""
    with mail_through(app, BrokenTransport(ConnectionRefusedError("no mail server"))) as transport:
        yield transport


@contextmanager
def mail_through(app: Flask, transport: Any) -> Iterator[Any]:
    configured = app.extensions["mail"]
    app.extensions["mail"] = transport
    try:
        yield transport
    finally:
        app.extensions["mail"] = configured


def owe(key: str = "once") -> None:
    with step():
        queue_message(kind="account_exists", recipient="ada@shop.example", key=key, context={"name": "Ada"})


def message() -> Message:
    db.session.rollback()
    return db.session.scalars(sa.select(Message)).one()


def test_an_email_is_tried_for_72_hours_with_growing_pauses(
    database: Flask, frozen: FrozenClock, broken: BrokenTransport
) -> None:
    owe()
    began = clock.now()
    pauses = []
    while message().status is MessageStatus.PENDING:
        pause = due_in()
        pauses.append(pause)
        frozen.advance(seconds=pause.total_seconds())
        jobs.run_due()

    assert broken.tried == message().attempts == 28
    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (0, 15, 30, 60)]
    assert set(pauses[-10:]) == {timedelta(hours=4)}
    assert timedelta(hours=72) <= clock.now() - began < timedelta(hours=73)
    assert message().failure_reason == "ConnectionRefusedError: no mail server"


def due_in() -> timedelta:
    db.session.rollback()
    return db.session.scalars(sa.select(jobs.Outbox.due_at)).one() - clock.now()


def test_an_address_that_is_refused_for_good_is_given_up_at_once(app: Flask) -> None:
    refusal = smtplib.SMTPRecipientsRefused({"ada@shop.example": (550, b"no such mailbox")})
    with app.app_context(), mail_through(app, BrokenTransport(refusal)):
        owe()
        jobs.run_due()

        assert message().status is MessageStatus.FAILED
        assert "no such mailbox" in (message().failure_reason or "")


def test_an_address_that_is_refused_for_now_is_tried_again(app: Flask) -> None:
    refusal = smtplib.SMTPRecipientsRefused({"ada@shop.example": (451, b"greylisted")})
    with app.app_context(), mail_through(app, BrokenTransport(refusal)):
        owe()
        jobs.run_due()

        assert message().status is MessageStatus.PENDING


def given_up(app: Flask) -> str:
    """Have an e-mail given up, and return its id."""
    refusal = smtplib.SMTPRecipientsRefused({"ada@shop.example": (550, b"no such mailbox")})
    with app.app_context(), mail_through(app, BrokenTransport(refusal)):
        owe()
        jobs.run_due()
        return str(message().id)


def test_staff_see_what_was_not_sent_and_send_it_again(
    app: Flask, sent_emails: list[EmailMessage], frozen: FrozenClock
) -> None:
    identity = given_up(app)
    desk = signed_in(app, Role.SUPPORT)
    assert "1 e-mail could not be sent" in desk.get("/backoffice/").text
    page = desk.get("/backoffice/not-sent").text
    for text in ("ada@shop.example", "Account exists already", "no such mailbox", "Send again"):
        assert text in page

    answer = desk.post(f"/backoffice/not-sent/{identity}")

    assert answer.headers["Location"] == "/backoffice/not-sent?notice=message_sent_again"
    with app.app_context():
        jobs.run_due()
        assert message().status is MessageStatus.SENT
    assert [email_message["To"] for email_message in sent_emails] == ["ada@shop.example"]
    assert "could not be sent" not in desk.get("/backoffice/").text
    again = desk.post(f"/backoffice/not-sent/{identity}")
    assert again.headers["Location"] == "/backoffice/not-sent?notice=message_elsewhere"
    assert desk.post(f"/backoffice/not-sent/{new_id()}").status_code == 404


def test_a_job_that_failed_for_good_is_listed_and_run_again(app: Flask) -> None:
    with app.app_context(), step():
        row_id = jobs.enqueue(jobs.find("inventory.release_expired"))
        row = db.session.get_one(jobs.Outbox, row_id)
        row.failed_at, row.last_error = clock.now(), "OperationalError: the disk is full"
    desk = signed_in(app, Role.OWNER)
    page = desk.get("/backoffice/not-sent").text
    assert "inventory.release_expired" in page
    assert "the disk is full" in page

    desk.post(f"/backoffice/not-sent/jobs/{row_id}")

    with app.app_context():
        assert jobs.list_failed() == []
        assert jobs.run_due() == 1


def test_selected_messages_and_jobs_are_tried_again_together(app: Flask, frozen: FrozenClock) -> None:
    identity = given_up(app)
    with app.app_context(), step():
        row_id = str(jobs.enqueue(jobs.find("inventory.release_expired")))
        row = db.session.get_one(jobs.Outbox, UUID(row_id))
        row.failed_at, row.last_error = clock.now(), "OperationalError: the disk is full"
    desk = signed_in(app, Role.SUPPORT)
    nothing = [desk.post(f"/backoffice/not-sent/{path}") for path in ("selected", "jobs/selected")]
    assert {one.headers["Location"] for one in nothing} == {"/backoffice/not-sent?notice=nothing_selected"}

    sent = desk.post("/backoffice/not-sent/selected", data={"ids": [identity, str(new_id())]})
    run = desk.post("/backoffice/not-sent/jobs/selected", data={"ids": [row_id]})

    assert "1 e-mail is sent again." in desk.get(sent.headers["Location"]).text
    assert "1 job runs again." in desk.get(run.headers["Location"]).text
    with app.app_context():
        assert message().status is MessageStatus.PENDING
        assert [row.id for row in jobs.list_failed() if row.lane != jobs.Lane.MAIL] == []
    assert "Every e-mail was sent" in desk.get("/backoffice/not-sent").text


@contextmanager
def swallowing_server() -> Iterator[tuple[str, threading.Event]]:
    """A mail server that takes every connection and never says a word."""
    came, connections = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            while True:
                try:
                    connections.append(listening.accept()[0])
                except OSError:
                    return
                came.set()

        threading.Thread(target=take, daemon=True).start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}", came
        listening.shutdown(socket.SHUT_RDWR)
    for connection in connections:
        connection.close()


def test_holds_end_on_time_while_a_mail_server_swallows_every_connection(
    database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 3)
    bowl = stocked(3)
    soon = clock.now() + timedelta(seconds=1)
    with step():
        inventory.hold(
            holder_kind=HolderKind.QUICK_CHECKOUT, holder_id=new_id(), lines=[(bowl.id, 2)], expires_at=soon
        )
    for number in range(6):
        owe(str(number))
    with swallowing_server() as (url, came), mail_through(database, mail.transport_for(url, None)):  # type: ignore[arg-type]
        engine = Engine(database, [Schedule(release_expired, every=1)], threads=2)
        engine.start()
        try:
            assert came.wait(timeout=30)
            until = time.monotonic() + 20
            while reserved(bowl.id) and time.monotonic() < until:
                time.sleep(0.1)
            waiting = db.session.scalar(
                sa.select(sa.func.count()).where(Message.status == MessageStatus.PENDING)
            )
        finally:
            engine.stop()

    assert (reserved(bowl.id), waiting) == (0, 6)


def reserved(product_id: Any) -> int:
    db.session.rollback()
    return int(
        db.session.scalar(sa.select(Inventory.reserved).where(Inventory.product_id == product_id)) or 0
    )
