"""The delivery country: selected on its own page and used on all others."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.shipping import services
from kashcraft.shipping.models import MethodCode
from kashcraft.shipping.rules import Band
from tests.conftest import browser
from tests.factories.catalogue import make_product
from tests.factories.pages import write_page
from tests.functional.test_delivery_days import MOMENT
from tests.support.shopper import text_of

pytestmark = pytest.mark.usefixtures("zones")


@pytest.fixture
def zones(database: Flask) -> None:
    """The United States and Germany; the shop delivers nowhere else."""
    with step():
        home = services.save_zone(
            name="United States", currency="USD", countries=[("US", "")], free_above=15000, position=1
        )
        services.save_method(
            zone=home,
            code=MethodCode.STANDARD,
            name="Standard",
            bands=[Band(price=800), Band(price=1400, over_grams=1000)],
            transit_days_min=4,
            transit_days_max=7,
        )
        services.save_method(
            zone=home,
            code=MethodCode.EXPRESS,
            name="Express",
            bands=[Band(price=2200)],
            transit_days_min=2,
            transit_days_max=2,
            max_weight_grams=20_000,
            position=1,
        )
        away = services.save_zone(
            name="Europe", currency="USD", countries=[("DE", ""), ("AT", "")], free_above=18000, position=2
        )
        services.save_method(
            zone=away,
            code=MethodCode.STANDARD,
            name="Standard",
            bands=[Band(price=950)],
            transit_days_min=9,
            transit_days_max=9,
        )


@pytest.fixture
def visitor(database: Flask) -> FlaskClient:
    return browser(database)


def choose(visitor: FlaskClient, country: str, back: str = "/products?sort=name") -> None:
    answer = visitor.post("/deliver-to", data={"country": country, "next": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    assert f"prefs={country};" in answer.headers["Set-Cookie"]


def test_dates_and_notes_follow_the_selected_country(visitor: FlaskClient) -> None:
    make_product("Copper bowl")
    with clock.frozen(MOMENT):
        first = visitor.get("/p/copper-bowl")
        assert "between March 9 and March 12 (United States)" in text_of(first)
        assert "Deliver to: United States" in text_of(first)
        assert "United States: free standard delivery from $150.00" in text_of(first)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        choose(visitor, "DE")
        later = visitor.get("/p/copper-bowl")
    assert "between March 16 and March 16 (Germany)" in text_of(later)
    assert "Deliver to: Germany" in text_of(later)
    assert "Germany: free standard delivery from $180.00" in text_of(later)
    assert later.headers["Cache-Control"] == "private, no-cache"


def test_the_country_of_a_visitor_is_not_shown_to_others(database: Flask, visitor: FlaskClient) -> None:
    make_product("Copper bowl")
    choose(visitor, "DE")
    seen = [text_of(one.get("/p/copper-bowl")) for one in (visitor, browser(database), visitor)]
    assert ["(Germany)" in page for page in seen] == [True, False, True]
    assert ["Deliver to: United States" in page for page in seen] == [False, True, False]


def test_the_page_lists_the_delivery_countries_and_sets_no_cookie(visitor: FlaskClient) -> None:
    page = visitor.get("/deliver-to?next=/c/bowls")
    assert '<option selected value="US">United States</option>' in page.text
    assert '<option value="AT">Austria</option>' in page.text
    assert "Japan" not in page.text
    assert '<input type="hidden" name="next" value="/c/bowls">' in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("country", ["JP", "XX", "", "<b>"])
def test_other_countries_are_refused_beside_the_field(visitor: FlaskClient, country: str) -> None:
    answer = visitor.post("/deliver-to", data={"country": country, "next": "/"})
    assert answer.status_code == 422
    assert "Choose a country from the list." in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_return_address_stays_in_the_shop(visitor: FlaskClient, target: str) -> None:
    answer = visitor.post("/deliver-to", data={"country": "DE", "next": target})
    assert answer.headers["Location"] == "/"


def test_the_help_page_shows_the_prices_of_the_zones(visitor: FlaskClient) -> None:
    write_page("shipping", "Shipping", "What it costs is in the [table](#prices).")
    page = visitor.get("/help/shipping")
    shown = text_of(page)
    assert 'id="prices"' in page.text
    assert "United States Your country" in shown
    assert "Standard 5–8 working days Express 3 working days" in shown
    assert "Up to 1 kg Standard $8.00 Express $22.00" in shown
    assert "Over 1 kg Standard $14.00 Express $22.00, up to 20 kg" in shown
    assert "Standard delivery is free from $150.00." in shown
    assert shown.index("United States Your country") < shown.index("2 countries Austria, Germany")
    choose(visitor, "AT", "/help/shipping#prices")
    shown = text_of(visitor.get("/help/shipping"))
    assert shown.index("Europe Your country") < shown.index("Up to 1 kg")


def test_a_changed_price_is_shown_at_once(visitor: FlaskClient) -> None:
    write_page("shipping", "Shipping", "See below.")
    with clock.frozen(MOMENT):
        assert "$9.50" in visitor.get("/help/shipping").text
        with step():
            services.save_zone(name="Europe", currency="USD", countries=[("DE", "")], free_above=20000)
        assert "free from $200.00" in visitor.get("/help/shipping").text


def test_other_help_pages_have_no_prices(visitor: FlaskClient) -> None:
    write_page("contact", "Contact", "Write to us.")
    page = visitor.get("/help/contact").text
    assert 'id="prices"' not in page
    assert "<title>Contact · Kashcraft</title>" in page


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/products?sort=name", "/deliver-to?next=/products?sort%3Dname"),
        ("/products?notice=signed_in&sort=name", "/deliver-to?next=/products?sort%3Dname"),
        ("/?notice=signed_in", "/deliver-to?next=/"),
        ("/cart?notice=signed_in", "/deliver-to?next=/cart"),
        ("/gift-cards/balance?code=GC-AAAA-BBBB-CCCC-DDDD", "/deliver-to?next=/gift-cards/balance"),
        ("/account/sign-in?next=/account", "/deliver-to"),
    ],
)
def test_the_return_address_has_no_code_and_no_key(client: FlaskClient, path: str, back: str) -> None:
    assert f'href="{back}"' in client.get(path).text
