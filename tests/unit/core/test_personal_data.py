"""The registry of personal data: who a person is, what is exported, and that erasing needs a step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft import wiring
from kashcraft.accounts.models import User
from kashcraft.core import personal_data
from kashcraft.core.db import step
from kashcraft.core.personal_data import Export, Individual, Reach
from tests.factories.people import person as account

ADA = Individual(email="Ada.Byron+shop@Gmail.com")


class Knows:
    """A feature that knows these rows of everybody and records whom it erases."""

    def __init__(self, **rows: list[dict[str, object]]) -> None:
        self.rows = rows
        self.erased: list[Individual] = []

    def export_personal_data(self, *, person: Individual) -> Export:
        return self.rows

    def erase_personal_data(self, *, person: Individual) -> None:
        self.erased.append(person)

    def reach(self, *columns: str) -> Reach:
        return Reach(self, columns)


@pytest.fixture
def features() -> Iterator[dict[str, Knows]]:
    """Two features instead of those of the shop."""
    known = {"orders": Knows(orders=[{"number": "KC-1"}], returns=[]), "cart": Knows(lines=[])}
    personal_data.connect(
        {"orders": known["orders"].reach("orders.email"), "cart": known["cart"].reach("carts.user_id")}
    )
    yield known
    personal_data.connect(wiring.PERSONAL_DATA)


def test_a_person_is_compared_by_the_keys_of_orders_and_limits() -> None:
    assert (ADA.email_key, ADA.mailbox_key) == ("ada.byron+shop@gmail.com", "adabyron@gmail.com")


def test_an_export_has_the_kinds_that_have_rows(features: dict[str, Knows]) -> None:
    assert personal_data.export(ADA) == {"orders: orders": [{"number": "KC-1"}]}


def test_every_feature_erases_in_one_step(database: Flask, features: dict[str, Knows]) -> None:
    with step():
        personal_data.erase(ADA)

    assert [known.erased for known in features.values()] == [[ADA], [ADA]]


def test_nobody_is_erased_outside_of_a_step(database: Flask, features: dict[str, Knows]) -> None:
    with pytest.raises(RuntimeError, match="in a step"):
        personal_data.erase(ADA)


def test_the_columns_of_all_features_are_reached(features: dict[str, Knows]) -> None:
    assert personal_data.list_reached_columns() == {"orders.email", "carts.user_id"}


def test_rows_have_plain_values(database: Flask) -> None:
    user_id = account(email="ada@shop.example")

    rows = personal_data.read_rows(sa.select(User.id, User.email, User.erased_at))

    assert rows == [{"id": str(user_id), "email": "ada@shop.example", "erased_at": None}]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (datetime(2026, 3, 2, 10, 0, 0, 123, tzinfo=UTC), "2026-03-02T10:00:00+00:00"),
        (date(2026, 3, 2), "2026-03-02"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (5, 5),
        (None, None),
    ],
)
def test_values_are_as_json_stores_them(value: object, plain: object) -> None:
    assert personal_data.plain_value(value) == plain
