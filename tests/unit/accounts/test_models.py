"""How an account names its person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kashcraft.accounts.models import User


@pytest.mark.parametrize(
    ("full_name", "email", "shown"),
    [
        ("Ada King", "ada@shop.example", "Ada King"),
        ("", "ada@shop.example", "ada"),
        ("", None, ""),
    ],
)
def test_a_person_is_addressed_by_name_else_by_what_stands_before_the_at(
    full_name: str, email: str | None, shown: str
) -> None:
    assert User(full_name=full_name, email=email).display_name == shown


def test_an_account_is_confirmed_from_a_moment_on() -> None:
    assert not User().is_confirmed
    assert User(email_confirmed_at=datetime(2026, 1, 1, tzinfo=UTC)).is_confirmed
