"""Page or fragment from one address."""

from __future__ import annotations

import json

import pytest
from flask import Flask, Response

from kashcraft.core import htmx

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("headers", "wants"),
    [
        ({}, False),
        (HTMX, True),
        ({**HTMX, "HX-History-Restore-Request": "true"}, False),
        ({"HX-Request": "false"}, False),
    ],
)
def test_a_fragment_is_for_htmx_only_and_never_for_a_history_restore(
    app: Flask, headers: dict[str, str], wants: bool
) -> None:
    with app.test_request_context(headers=headers):
        assert htmx.wants_fragment() is wants


def test_a_redirect_is_303_for_a_browser_and_a_header_for_htmx(app: Flask) -> None:
    with app.test_request_context():
        plain = htmx.go_to("/cart?a=1", notice="signed_out")
    with app.test_request_context(headers=HTMX):
        swapped = htmx.go_to("/cart")

    assert (plain.status_code, plain.headers["Location"]) == (303, "/cart?a=1&notice=signed_out")
    assert (swapped.status_code, swapped.headers["HX-Redirect"]) == (204, "/cart")


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("/checkout#payment", "/checkout?notice=bag_added#payment"),
        ("/cart?notice=bag_changed&a=1", "/cart?a=1&notice=bag_added"),
        ("/c/ю", "/c/%D1%8E?notice=bag_added"),
    ],
)
@pytest.mark.parametrize(("headers", "header"), [({}, "Location"), (HTMX, "HX-Redirect")])
def test_a_notice_is_before_the_anchor_and_replaces_another(
    app: Flask, target: str, where: str, headers: dict[str, str], header: str
) -> None:
    with app.test_request_context(headers=headers):
        response = app.process_response(htmx.go_to(target, notice="bag_added"))

    sent = dict(response.get_wsgi_headers({"wsgi.url_scheme": "http", "HTTP_HOST": "localhost"}))
    assert sent[header] == where


def test_triggers_add_up_in_one_header(app: Flask) -> None:
    response = htmx.trigger(htmx.trigger(Response(), "announce", message="Added."), "cart:close")

    assert json.loads(response.headers["HX-Trigger"]) == {"announce": {"message": "Added."}, "cart:close": {}}


def test_vary_lists_what_a_page_depends_on(app: Flask) -> None:
    client = app.test_client()

    page = client.get("/account/sign-in")
    assert {"Cookie", "HX-Request"} <= set(page.vary)
    fragment = client.get("/account/sign-in", headers=HTMX)
    assert fragment.headers["Cache-Control"] == "no-store"
