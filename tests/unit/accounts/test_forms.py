"""Forms of accounts report errors at the field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.accounts.forms import ConfirmForm, RegisterForm, ResetForm, SignInForm
from kashcraft.core.forms import Form

GOOD = "walnut rivers under copper"
GUESSABLE = "This password is easy to guess. Use a few words that have nothing to do with each other."


@pytest.fixture(autouse=True)
def request_language(database: Flask) -> Iterator[None]:
    """A request, which determines the language of the messages."""
    with database.test_request_context():
        yield


def errors(form: type[Form], about: tuple[str, ...] = (), **typed: Any) -> dict[str, list[str]]:
    filled = form(MultiDict(typed))
    if about:
        filled.about = about  # type: ignore[attr-defined]
    filled.validate()
    return {name: [str(error) for error in found] for name, found in filled.errors.items()}


def test_sign_in_requires_an_address_and_a_password() -> None:
    assert errors(SignInForm, email="ada@shop.example", password="x") == {}
    assert errors(SignInForm, email="ada@shop.example", password="") == {
        "password": ["Please enter your password."]
    }
    assert errors(SignInForm, email="ada@shop.example", password="x" * 5000) == {
        "password": ["This is too long."]
    }


def test_registration_requires_a_name_and_no_password() -> None:
    assert errors(RegisterForm, full_name="Ada King", email="ada@shop.example") == {}
    assert errors(RegisterForm, full_name=" ", email="ada@shop.example") == {
        "full_name": ["Please enter your name."]
    }


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", ["Please choose a password."]),
        ("fjord elm", ["Between 10 and 200 characters."]),
        ("walnut rivers under copper " * 8, ["Between 10 and 200 characters."]),
        ("kashcraft1", [GUESSABLE]),
        ("password12", [GUESSABLE]),
        (GOOD, None),
    ],
)
def test_a_new_password_is_neither_short_nor_known(password: str, said: list[str] | None) -> None:
    assert errors(ConfirmForm, full_name="Ada King", password=password).get("password") == said


def test_password_from_known_data_is_refused() -> None:
    known = ("Wilhelmina Bracegirdle", "bracegirdle@shop.example")

    assert errors(ConfirmForm, known, full_name="Ada", password="bracegirdle") == {"password": [GUESSABLE]}


def test_reset_requires_the_password_twice() -> None:
    assert errors(ResetForm, password=GOOD, again=GOOD) == {}
    assert errors(ResetForm, password=GOOD, again=GOOD + "!") == {"again": ["The two passwords differ."]}
