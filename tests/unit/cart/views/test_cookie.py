"""The cart cookie."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from kashcraft.cart.rules import MergeReport
from kashcraft.cart.views.cookie import cart_cookie, set_cart_cookie, show_merged


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("abc.3", ("abc", 3)),
        ("member.0", ("member", 0)),
        ("abc", (None, 0)),
        (".3", (None, 0)),
        ("abc.three", (None, 0)),
        ("abc.10000", (None, 0)),
        ("abc.-1", (None, 0)),
    ],
)
def test_an_invalid_cookie_has_no_cart(database: Flask, text: str, read: tuple[str | None, int]) -> None:
    with database.test_request_context(headers={"Cookie": f"cart={text}"}):
        assert cart_cookie() == read


def test_the_badge_counts_to_9999(database: Flask) -> None:
    written = set_cart_cookie(Response(), "abc", 12_000).headers["Set-Cookie"]

    assert written.startswith("cart=abc.9999; ")


@pytest.mark.parametrize(
    ("report", "location"),
    [
        (MergeReport(count=2), "/account"),
        (MergeReport(added=1, count=2), "/account?notice=bag_merged"),
        (MergeReport(raised=1, count=2), "/account?notice=bag_merged"),
    ],
)
def test_signing_in_shows_a_notice_if_the_cart_has_changed(
    database: Flask, report: MergeReport, location: str
) -> None:
    answer = show_merged(Response(headers={"Location": "/account"}), report)

    assert answer.headers["Location"] == location
    assert answer.headers["Set-Cookie"].startswith("cart=member.2; ")
