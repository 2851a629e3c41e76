"""Display name and confirmation of a user."""

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
def test_display_name_is_the_name_or_the_local_part(full_name: str, email: str | None, shown: str) -> None:
    assert User(full_name=full_name, email=email).display_name == shown


def test_account_is_confirmed_if_it_has_a_date() -> None:
    assert not User().is_confirmed
    assert User(email_confirmed_at=datetime(2026, 1, 1, tzinfo=UTC)).is_confirmed
