"""Cookies: named once, and a guest's tokens known to sign-in and sign-out."""

from __future__ import annotations

from flask import Flask, Response

from kashcraft.core.cookies import Cookie, drop_guest_cookies, guest_tokens


def test_no_other_site_and_no_script_reads_a_cookie(database: Flask) -> None:
    written = Cookie("prefs", days=60).write(Response(), "IN").headers["Set-Cookie"]

    assert written.startswith("prefs=IN; ")
    assert "Max-Age=5184000; HttpOnly; Path=/; SameSite=Lax" in written


def test_a_sign_in_gets_the_tokens_of_what_a_guest_has_collected(database: Flask) -> None:
    with database.test_request_context(headers={"Cookie": "cart=abc.3; prefs=IN"}):
        assert guest_tokens() == {"cart": "abc"}
    with database.test_request_context(headers={"Cookie": "cart=.3"}):
        assert guest_tokens() == {}


def test_signing_out_forgets_what_a_guest_collects_and_keeps_the_rest(database: Flask) -> None:
    dropped = drop_guest_cookies(Response()).headers.getlist("Set-Cookie")

    assert [cookie.partition("=")[0] for cookie in dropped] == ["cart"]
    assert "Max-Age=0" in dropped[0]
