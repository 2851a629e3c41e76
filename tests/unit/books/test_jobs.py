"""The daily check sends one e-mail a day if there are differences."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.message import EmailMessage

import sqlalchemy as sa
from flask import Flask

from kashcraft.books import jobs
from kashcraft.books.queries import find_last_check
from kashcraft.books.rules import LedgerCheck
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.jobs import enqueue, run_due
from kashcraft.inventory.models import Inventory
from tests.factories.orders import stocked


def shift_a_counter() -> None:
    with step() as session:
        session.execute(sa.text("UPDATE inventories SET quantity = quantity + 1"))


def test_no_e_mail_without_differences(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    stocked(20)
    jobs.check_ledgers()
    run_due()
    assert sent_emails == []


def test_a_difference_is_reported_once_a_day_and_not_repaired(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    product_id = stocked(20).id
    shift_a_counter()
    for _ in range(2):
        jobs.check_ledgers()
        run_due()
    frozen.advance(days=1)
    jobs.check_ledgers()
    run_due()
    settings = database.config["SETTINGS"]
    assert [message["To"] for message in sent_emails] == [settings.support_email] * 2
    assert sent_emails[0]["Subject"] == "The books differ in 1 figure"
    plain = sent_emails[0].get_body(("plain",))
    assert plain is not None
    assert f"stock.quantity of {product_id}: 20 expected, 21 found" in plain.get_content()
    assert db.session.scalar(sa.select(Inventory.quantity)) == 21


def test_the_command_lists_differences_and_fails(app: Flask) -> None:
    with app.app_context():
        product_id = stocked(20).id
        right = app.test_cli_runner().invoke(args=["books", "prove"])
        shift_a_counter()
    wrong = app.test_cli_runner().invoke(args=["books", "prove"])
    assert (right.exit_code, wrong.exit_code) == (0, 1)
    assert right.output == "The books are right: 39 kinds of figures equal their ledgers.\n"
    assert wrong.output.splitlines() == [
        f"stock.quantity of {product_id}: 20 expected, 21 found",
        "Error: figures that differ: 1",
    ]


def test_the_latest_check_is_stored_with_its_result(database: Flask, frozen: FrozenClock) -> None:
    stocked(20)
    assert find_last_check(UTC) is None

    results = []
    for spoil in (False, True):
        if spoil:
            shift_a_counter()
        with step():
            enqueue(jobs.check_ledgers)
        run_due()
        results.append(find_last_check(UTC))
        checked = frozen.moment
        frozen.advance(days=1)

    assert results == [LedgerCheck(checked - timedelta(days=1), False), LedgerCheck(checked, True)]
