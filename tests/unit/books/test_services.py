"""The e-mail about differences is queued once a day."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask import Flask

from kashcraft.books import services
from kashcraft.books.rules import Difference
from kashcraft.core.db import db, step
from kashcraft.notifications.models import Message

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
WRONG = [Difference("stock.quantity", "KC-1", 20, 21)]


def alert(day: date, differences: list[Difference]) -> bool:
    with step():
        return services.queue_alert(differences=differences, day=day) is not None


def test_no_message_without_differences(database: Flask) -> None:
    assert not alert(MONDAY, [])
    assert db.session.scalars(sa.select(Message)).all() == []


def test_the_shop_gets_one_alert_a_day(database: Flask) -> None:
    assert [alert(day, WRONG) for day in (MONDAY, MONDAY, TUESDAY)] == [True, True, True]

    messages = db.session.scalars(sa.select(Message).order_by(Message.dedupe_key)).all()
    assert [(one.template, one.dedupe_key, one.recipient) for one in messages] == [
        ("books_differ", "books_differ:2026-03-02", database.config["SETTINGS"].support_email),
        ("books_differ", "books_differ:2026-03-03", database.config["SETTINGS"].support_email),
    ]
    assert messages[0].context["count"] == 1
