"""Known devices: a cookie lists accounts without revealing addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response

from kashcraft.core.devices import MOST_ACCOUNTS, known_device, remember_device


@contextmanager
def browser_with(app: Flask, cookie: str) -> Iterator[None]:
    with app.test_request_context(headers={"Cookie": f"device={cookie}"} if cookie else {}):
        yield


def after_sign_in(app: Flask, cookie: str, email: str) -> str:
    """Return the value of the cookie of a browser in which this account has been opened too."""
    with browser_with(app, cookie):
        written = remember_device(Response(), email).headers["Set-Cookie"]
    return written.removeprefix("device=").partition(";")[0].strip('"')


def name_for(app: Flask, cookie: str, email: str) -> str | None:
    with browser_with(app, cookie):
        return known_device(email)


def test_a_device_is_known_for_all_notations_of_the_address(database: Flask) -> None:
    cookie = after_sign_in(database, "", "ada@shop.example")

    assert name_for(database, cookie, "ada@shop.example")
    assert name_for(database, cookie, " Ada@Shop.example") == name_for(database, cookie, "ada@shop.example")
    assert name_for(database, cookie, "grace@shop.example") is None
    assert name_for(database, "", "ada@shop.example") is None


def test_a_device_has_a_name_and_the_last_five_accounts(database: Flask) -> None:
    cookie = after_sign_in(database, "", "first@shop.example")
    name = name_for(database, cookie, "first@shop.example")
    for number in range(MOST_ACCOUNTS - 1):
        cookie = after_sign_in(database, cookie, f"person{number}@shop.example")
    assert name_for(database, cookie, "first@shop.example") == name

    cookie = after_sign_in(database, cookie, "another@shop.example")
    assert name_for(database, cookie, "first@shop.example") is None
    assert name_for(database, cookie, "person0@shop.example") == name


def test_signing_in_again_removes_no_other_account(database: Flask) -> None:
    cookie = ""
    for number in range(MOST_ACCOUNTS):
        cookie = after_sign_in(database, cookie, f"person{number}@shop.example")
    cookie = after_sign_in(database, cookie, "person3@shop.example")

    known = [name_for(database, cookie, f"person{number}@shop.example") for number in range(MOST_ACCOUNTS)]
    assert None not in known
