"""Which country deliveries are shown for."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.shipping.views import visitor_country


@pytest.mark.parametrize(("kept", "country"), [("IN", "IN"), ("", "US"), ("in", "US"), ("IND", "US")])
def test_it_is_the_one_that_the_browser_keeps_else_the_shop_s_own(
    database: Flask, kept: str, country: str
) -> None:
    with database.test_request_context(headers={"Cookie": f"prefs={kept}"}):
        assert visitor_country() == country
