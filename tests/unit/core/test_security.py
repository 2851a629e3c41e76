"""Forged requests, signed links, secrets at rest, redirect targets."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from kashcraft.core import security

OWN = "https://shop.example"


@pytest.mark.parametrize(
    ("headers", "has_cookies", "forged"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True, False),
        ({"Sec-Fetch-Site": "none"}, True, False),
        ({"Sec-Fetch-Site": "same-site"}, False, True),
        ({"Sec-Fetch-Site": "cross-site"}, False, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, False, True),
        ({"Origin": OWN}, True, False),
        ({"Origin": "https://evil.example"}, False, True),
        ({"Origin": "http://shop.example"}, True, True),
        ({"Origin": "null"}, True, True),
        ({}, True, True),
        ({}, False, False),
    ],
)
def test_unsafe_requests_are_accepted_from_own_origins(
    headers: dict[str, str], has_cookies: bool, forged: bool
) -> None:
    assert security.forged(Headers(headers), {OWN}, has_cookies=has_cookies) is forged


def test_a_forged_post_is_refused_and_a_get_is_not(app: Flask) -> None:
    stranger = app.test_client()

    refused = stranger.post("/account/sign-in", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert stranger.get("/account/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("unix:0", "unix:0"),
    ],
)
def test_limits_count_an_ipv6_network_as_one_visitor(app: Flask, address: str, counted: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert security.visitor_network() == counted


def test_pages_carry_the_security_headers(client: FlaskClient) -> None:
    headers = client.get("/account/sign-in").headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; "
        "manifest-src 'self'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_encrypted_pages_send_hsts(client: FlaskClient) -> None:
    answer = client.get("/account/sign-in", base_url="https://localhost")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("target", ["/cart", "/account/orders?page=2", "/c/shawls?colour=madder#top"])
def test_redirects_stay_on_this_site(target: str) -> None:
    assert security.local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "cart",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\nb",
        "/a b",
        "javascript:1",
    ],
)
def test_redirects_to_elsewhere_are_dropped(target: str | None) -> None:
    assert security.local_path(target) is None
