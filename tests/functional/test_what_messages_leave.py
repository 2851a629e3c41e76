"""Work that is done and messages that are sent keep no address and no name longer than they are needed."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import clock, jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import Base, db, step
from kashcraft.notifications.jobs import forget
from kashcraft.notifications.models import Message, MessageStatus
from kashcraft.notifications.services import queue_message
from tests.factories.orders import place, stocked
from tests.functional.test_not_sent import BrokenTransport, mail_through

IDA = {"email": "ida.lovelace@shop.example", "full_name": "Ida Lovelace"}


def where_ida_stands() -> set[str]:
    """Return each column that holds her address or name."""
    db.session.rollback()
    return {
        f"{table.name}.{name}"
        for table in Base.metadata.tables.values()
        for row in db.session.execute(sa.select(table)).mappings()
        for name, value in row.items()
        if "ida.lovelace" in str(value) or "Ida Lovelace" in str(value)
    }


def tidied_up() -> None:
    jobs.purge()
    forget()


def test_a_registration_that_is_not_confirmed_is_forgotten_when_its_link_ends(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage], frozen: FrozenClock
) -> None:
    client.post("/account/register", data=IDA)
    with app.app_context():
        assert where_ida_stands() == {"outbox.payload"}
        jobs.run_due()
        assert len(sent_emails) == 1
        assert where_ida_stands() == {"messages.recipient"}
        frozen.advance(hours=72)
        tidied_up()
        assert where_ida_stands() == {"messages.recipient"}
        frozen.advance(seconds=1)
        tidied_up()
        assert where_ida_stands() == set()
        tidied_up()


def test_one_whose_email_is_never_taken_is_forgotten_six_days_after_it(
    app: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    refusal = smtplib.SMTPRecipientsRefused({IDA["email"]: (550, b"no such mailbox")})
    client.post("/account/register", data=IDA)
    with app.app_context(), mail_through(app, BrokenTransport(refusal)):
        jobs.run_due()
        assert where_ida_stands() == {
            "messages.recipient", "messages.context", "messages.failure_reason", "outbox.last_error",
        }  # fmt: skip
        frozen.advance(days=3, seconds=1)
        tidied_up()
        assert "outbox.last_error" not in where_ida_stands()
        frozen.advance(days=3)
        tidied_up()
        assert where_ida_stands() == set()


def test_who_asks_for_a_password_without_an_account_leaves_nothing(
    app: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    client.post("/account/forgot", data={"email": IDA["email"]})
    with app.app_context():
        assert where_ida_stands() == {"outbox.payload"}
        jobs.run_due()
        assert where_ida_stands() == set()


def test_whom_a_message_to_a_customer_went_to_is_known_for_thirty_days_and_its_occasion_for_good(
    database: Flask, sent_emails: list[EmailMessage], frozen: FrozenClock
) -> None:
    order = place((stocked(1), 1), email=IDA["email"])

    def tell() -> Message:
        with step():
            return queue_message(
                kind="account_exists", recipient=IDA["email"], key="once", context={"name": "Ida Lovelace"},
                order_id=order.id,
            )  # fmt: skip

    tell()
    jobs.run_due()
    frozen.advance(days=30)
    tidied_up()
    stored = sa.select(Message.recipient, Message.context, Message.status)
    assert db.session.execute(stored).one() == (IDA["email"], {}, MessageStatus.SENT)
    frozen.advance(seconds=1)
    tidied_up()
    assert db.session.execute(stored).one() == ("", {}, MessageStatus.SENT)
    tell()
    jobs.run_due()
    assert len(sent_emails) == 1


def test_what_could_not_be_sent_to_a_customer_stays_with_staff_for_ninety_days(
    database: Flask, frozen: FrozenClock
) -> None:
    with step() as session:
        session.add(
            Message(
                dedupe_key="gift",
                template="gift_card",
                recipient=IDA["email"],
                status=MessageStatus.FAILED,
                created_at=clock.now(),
            )
        )
    frozen.advance(days=90)
    tidied_up()
    assert where_ida_stands() == {"messages.recipient"}
    frozen.advance(seconds=1)
    tidied_up()
    assert where_ida_stands() == set()


@pytest.mark.parametrize("days", [2, 4])
def test_a_message_that_waits_is_left_alone(database: Flask, frozen: FrozenClock, days: int) -> None:
    with step():
        queue_message(kind="confirm_email", recipient=IDA["email"], key="once")
    frozen.advance(seconds=timedelta(days=days).total_seconds())
    tidied_up()
    assert where_ida_stands() == {"messages.recipient"}
