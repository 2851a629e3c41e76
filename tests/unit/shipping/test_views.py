"""The delivery country of a visitor."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.shipping.views import visitor_country


@pytest.mark.parametrize(("cookie", "country"), [("IN", "IN"), ("", "US"), ("in", "US"), ("IND", "US")])
def test_the_delivery_country_comes_from_the_cookie_or_the_shop(
    database: Flask, cookie: str, country: str
) -> None:
    with database.test_request_context(headers={"Cookie": f"prefs={cookie}"}):
        assert visitor_country() == country
