"""Passwords that are refused because they are easy to guess."""

from __future__ import annotations

import pytest

from kashcraft.core.passwords import is_guessable

ABOUT = ("Kashcraft", "Ada King", "ada.king@shop.example")


@pytest.mark.parametrize(
    "password",
    [
        "1234567890", "password123", "qwertyuiop", "iloveyou123", "aaaaaaaaaaaa", "Passw0rd!!", "kashcraft1",
        "Kashcraft-2026", "adaking1990", "Ada King Ada King", "ada.king@shop.example", "ADA_KING_123",
    ],
)  # fmt: skip
def test_guessable_passwords_are_refused(password: str) -> None:
    assert is_guessable(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "seven carpets fly",
        "correct horse battery",
        "x7Kp2mQv9Ldt",
        "ada likes blue boats",
        "ünïcödé wörds 4 me",
    ],
)
def test_a_passphrase_is_accepted(password: str) -> None:
    assert not is_guessable(password, ABOUT)


def test_a_long_password_is_examined_at_its_beginning_only() -> None:
    assert is_guessable("a" * 200)
    assert not is_guessable("seven carpets fly over the lake " * 6)
