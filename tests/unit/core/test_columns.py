"""Moments are stored in UTC on both databases; JSON is read as it was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import StatementError

from kashcraft.accounts.models import User
from kashcraft.core.columns import read_json
from kashcraft.core.db import db, step

INDIA = timezone(timedelta(hours=5, minutes=30))


def person(name: str, confirmed: datetime | None) -> User:
    address = f"{name.lower()}@shop.example"
    return User(email=address, email_key=address, full_name=name, roles=[], email_confirmed_at=confirmed)


def test_a_moment_is_returned_in_utc(database: Flask) -> None:
    with step() as session:
        session.add(person("Ada", datetime(2026, 3, 2, 15, 30, tzinfo=INDIA)))
    db.session.remove()

    found = db.session.scalars(sa.select(User.email_confirmed_at)).one()
    assert found == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


def test_moments_of_different_zones_are_compared_as_moments(database: Flask) -> None:
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    with step() as session:
        session.add_all(
            [person("Before", noon - timedelta(minutes=1)), person("After", noon), person("No", None)]
        )

    later = sa.select(User.full_name).where(User.email_confirmed_at >= noon.astimezone(INDIA))
    assert db.session.scalars(later).all() == ["After"]


def test_a_time_without_a_zone_is_refused(database: Flask) -> None:
    with pytest.raises(StatementError, match="a time without a zone"), step() as session:
        session.execute(sa.update(User).values(email_confirmed_at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("[]", []),
        (b"{}", {}),
        (b'{"Size": "S"}', {"Size": "S"}),
        ("[1, null]", [1, None]),
        (b'"\xc3\xa9"', "é"),
        (14, 14),
    ],
)
def test_json_is_read_as_the_database_sends_it(stored: str | bytes | float, value: object) -> None:
    assert read_json(stored) == value


def test_an_empty_value_is_a_new_one_each_time() -> None:
    first = read_json("[]")
    assert isinstance(first, list)
    first.append(1)

    assert read_json("[]") == []


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        read_json("{")
