"""Notices in addresses: one at a time, before the anchor, with registered or signed texts."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from kashcraft.core.flash import (
    add_notice,
    has_notice,
    register,
    signed_notice,
    text_of,
    with_notice,
    without_notice,
)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/cart", "/cart?notice=saved"),
        ("/cart#lines", "/cart?notice=saved#lines"),
        ("/orders?page=2", "/orders?page=2&notice=saved"),
        ("/orders?notice=old&page=2#top", "/orders?page=2&notice=saved#top"),
        ("/cart?", "/cart?notice=saved"),
    ],
)
def test_an_address_shows_one_notice(url: str, shown: str) -> None:
    assert with_notice(url, "saved") == shown
    assert has_notice(shown)


@pytest.mark.parametrize(
    ("url", "bare"),
    [("/cart?notice=saved", "/cart"), ("/orders?page=2&notice=saved", "/orders?page=2"), ("/cart", "/cart")],
)
def test_an_address_without_its_notice_is_the_page_itself(url: str, bare: str) -> None:
    assert without_notice(url) == bare
    assert not has_notice(bare)


def test_a_notice_in_an_anchor_or_a_longer_name_is_none() -> None:
    assert not has_notice("/cart#notice=saved")
    assert not has_notice("/cart?last_notice=saved")


def test_texts_are_found_by_their_code_only(database: Flask) -> None:
    register({"tests_saved": "It is saved."})

    assert text_of("tests_saved") == "It is saved."
    assert text_of("tests_made_up") is None
    assert text_of("") is None
    assert text_of(None) is None


def test_a_code_has_one_text() -> None:
    register({"tests_once": "One thing."})
    register({"tests_once": "One thing."})

    with pytest.raises(ValueError, match="two notices are called tests_once"):
        register({"tests_once": "Another thing."})


def test_signed_texts_are_shown(database: Flask) -> None:
    assert text_of(signed_notice("3 of 5 units were added.")) == "3 of 5 units were added."


def test_forged_texts_are_not_shown(database: Flask) -> None:
    assert text_of("X" + signed_notice("Well done.")) is None


@pytest.mark.parametrize("header", ["Location", "HX-Redirect"])
def test_a_redirect_gets_the_notice_unless_it_has_one(header: str) -> None:
    led = add_notice(Response(headers={header: "/account"}), "merged")
    said = add_notice(Response(headers={header: "/account?notice=welcome"}), "merged")

    assert led.headers[header] == "/account?notice=merged"
    assert said.headers[header] == "/account?notice=welcome"
    assert header not in add_notice(Response(), "merged").headers
