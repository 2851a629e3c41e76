"""A membership in an erasure: the points stay, the birthday and the notes go."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId
from kashcraft.core.personal_data import Individual
from kashcraft.loyalty.models import LoyaltyAccount, PointsHistory
from kashcraft.loyalty.services import personal_data
from tests.factories.people import person
from tests.factories.rows import add_row


def test_points_stay_without_birthday_and_notes(database: Flask) -> None:
    user_id = UserId(person())
    whom = Individual(email="ada@shop.example", user_id=user_id)
    with step():
        add_row("loyalty_accounts", user_id=user_id, birth_day=2, birth_month=3, available_points=120)
        add_row("points_histories", user_id=user_id, points_amount=120, notes="Sorry, Ada")

    with step():
        personal_data.erase_personal_data(person=whom)

    account = db.session.scalars(sa.select(LoyaltyAccount)).one()
    entry = db.session.scalars(sa.select(PointsHistory)).one()
    assert (account.available_points, account.birth_day, account.birth_month) == (120, None, None)
    assert (entry.points_amount, entry.notes) == (120, None)


def test_a_guest_has_no_membership(database: Flask) -> None:
    assert personal_data.export_personal_data(person=Individual(email="ada@shop.example")) == {}
