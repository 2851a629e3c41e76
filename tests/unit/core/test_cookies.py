"""Cookies, and guest tokens at sign-in and sign-out."""

from __future__ import annotations

from flask import Flask, Response

from kashcraft.core.cookies import Cookie, drop_guest_cookies, guest_tokens


def test_cookies_are_hidden_from_other_sites_and_scripts(database: Flask) -> None:
    written = Cookie("prefs", days=60).write(Response(), "IN").headers["Set-Cookie"]

    assert written.startswith("prefs=IN; ")
    assert "Max-Age=5184000; HttpOnly; Path=/; SameSite=Lax" in written


def test_guest_tokens_are_available_at_sign_in(database: Flask) -> None:
    with database.test_request_context(headers={"Cookie": "cart=abc.3; prefs=IN"}):
        assert guest_tokens() == {"cart": "abc"}
    with database.test_request_context(headers={"Cookie": "cart=.3"}):
        assert guest_tokens() == {}


def test_signing_out_deletes_guest_cookies_only(database: Flask) -> None:
    dropped = drop_guest_cookies(Response()).headers.getlist("Set-Cookie")

    assert [cookie.partition("=")[0] for cookie in dropped] == ["cart"]
    assert "Max-Age=0" in dropped[0]
