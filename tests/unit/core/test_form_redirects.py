"""Reload or Back on the address of a form redirects to the page above it."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.core.form_redirects import landing_page, page_above


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/cart/lines", "/cart"),
        ("/cart/codes", "/cart"),
        ("/checkout/place", "/checkout"),
        ("/account/sign-out", "/account"),
        ("/cart", None),
        ("/no/such/page", None),
    ],
)
def test_the_address_of_a_form_redirects_to_the_page_above(app: Flask, path: str, above: str | None) -> None:
    with app.test_request_context(path):
        assert landing_page() == above


def test_a_sent_form_is_not_redirected(app: Flask) -> None:
    with app.test_request_context("/cart/lines", method="POST"):
        assert landing_page() is None


def test_addresses_of_webhooks_are_not_redirected(app: Flask) -> None:
    with app.test_request_context("/payments/webhooks/sandbox"):
        assert landing_page() is None


@pytest.mark.parametrize(("path", "above"), [("/cart/lines/", "/cart"), ("/nothing/here", "/"), ("/", "/")])
def test_the_page_above_is_the_nearest_that_can_be_opened(app: Flask, path: str, above: str) -> None:
    with app.test_request_context(path):
        assert page_above() == above
