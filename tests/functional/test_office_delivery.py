"""Staff set up delivery zones, methods and prices, which apply at once."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from kashcraft.accounts.models import Role
from kashcraft.audit.queries import list_entries_of
from kashcraft.core.db import step
from kashcraft.core.ids import ShippingMethodId, ShippingZoneId
from kashcraft.shipping import queries, services
from kashcraft.shipping.rules import Band, MethodInput, ZoneInput
from kashcraft.taxes import services as taxes
from tests.factories.delivery import make_method, method_input, zone_input
from tests.factories.people import signed_in

pytestmark = pytest.mark.usefixtures("frozen")
METHOD = {
    "code": "express", "name": "By air", "handling_days": "0",
    "transit_days_min": "1", "transit_days_max": "2", "max_weight": "20",
    "tax_class": "standard", "is_active": "y",
    "bands-0-over": "", "bands-0-amount": "", "bands-0-price": "19.50",
    "bands-1-over": "", "bands-1-amount": "", "bands-1-price": "",
    "bands-4-over": "500 g", "bands-4-amount": "0", "bands-4-price": "$30.00",
}  # fmt: skip


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """The owner, who sets up delivery."""
    return signed_in(app, Role.OWNER)


@pytest.fixture
def pacific(app: Flask) -> tuple[ShippingZoneId, ShippingMethodId]:
    """A zone with Fiji and Samoa and one method."""
    with app.app_context():
        return make_method(zone_input("Pacific", "FJ", "WS", free_above=10_000))


def text_of(answer: Any) -> str:
    """Return a page as people read it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def error(answer: Any, field: str) -> str:
    """Return the first message beside a field."""
    found = re.search(rf'id="{field}-error">([^<]*)<', answer.text)
    return html.unescape(found[1]) if found else ""


def value(answer: Any, field: str) -> str:
    """Return the value of an input by its name."""
    found = re.search(rf'<input[^>]*name="{field}"[^>]*value="([^"]*)"', answer.text)
    return html.unescape(found[1]) if found else ""


def zone_of(app: Flask, zone_id: ShippingZoneId) -> ZoneInput:
    """Return what is stored of a zone."""
    with app.app_context():
        return queries.get_zone_input(queries.get_zone(zone_id))


def method_of(app: Flask, method_id: ShippingMethodId) -> MethodInput:
    """Return what is stored of a method."""
    with app.app_context():
        return queries.get_method_input(queries.get_method(method_id))


def test_an_empty_shop_gets_a_zone_with_two_methods(app: Flask, owner: FlaskClient) -> None:
    assert "No zones yet" in text_of(owner.get("/backoffice/delivery"))
    sent = MultiDict(
        [("name", "Home"), ("countries", "IN"), ("countries", "NP"), ("free_above", "1,500.00"),
         ("regions-0-country", "US"), ("regions-0-region", "california")]
    )  # fmt: skip
    answer = owner.post("/backoffice/delivery/zones/new", data=sent)
    zone_id = ShippingZoneId(UUID(answer.headers["Location"].rpartition("#zone-")[2]))
    assert zone_of(app, zone_id) == ZoneInput(
        name="Home",
        currency="USD",
        places=frozenset({("IN", ""), ("NP", ""), ("US", "CA")}),
        free_above=150_000,
    )
    created = owner.post(f"/backoffice/delivery/zones/{zone_id}/methods/new", data=METHOD)
    assert created.status_code == 303
    with app.app_context():
        (method,) = queries.get_zone(zone_id).methods
        method_id = method.id
    assert method_of(app, method_id) == MethodInput(
        code="express",
        name="By air",
        bands=(Band(price=1950), Band(price=3000, over_grams=500)),
        transit_days_min=1,
        transit_days_max=2,
        handling_days=0,
        max_weight_grams=20_000,
    )
    page = text_of(owner.get("/backoffice/delivery"))
    for words in (
        "India, Nepal, and United States (CA)",
        "Standard delivery is free from $1,500.00.",
        "By air Express 1–2 days Price $19.50 to $30.00 Heaviest parcel 20 kg Offered",
        "Only in part: United States.",
    ):
        assert words in page


def test_a_row_is_added_without_javascript_and_nothing_is_lost(
    app: Flask, owner: FlaskClient, pacific: tuple[ShippingZoneId, ShippingMethodId]
) -> None:
    page = owner.post(
        f"/backoffice/delivery/methods/{pacific[1]}",
        data={**METHOD, "name": "", "bands-4-price": "a lot", "add_row": "bands"},
    )
    assert page.status_code == 200
    prices = re.findall(r'name="bands-(\d+)-price"', page.text)
    assert prices == ["0", "1", "4", "5"]
    assert "a lot" in page.text
    assert method_of(app, pacific[1]).name == "By sea"


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"bands-4-price": "x"}, "bands-4-price", "Please enter an amount"),
        ({"bands-4-price": ""}, "bands-4-price", "Please enter the price."),
        ({"bands-4-over": "heavy"}, "bands-4-over", "Please enter a weight in kilograms, for example 0.5."),
        ({"bands-4-over": "0.0005"}, "bands-4-over", "Please enter a weight in kilograms"),
        ({"bands-4-over": "0"}, "bands-4-over", "There is another price for this weight and amount."),
        ({"bands-4-over": "20"}, "bands-4-over", "The method carries no parcels of this weight."),
        ({"bands-4-amount": "50"}, "bands-4-amount", "This weight also needs a price for any amount"),
        ({"bands-0-over": "1"}, "bands", "Please enter a price for the lightest parcels"),
        ({"transit_days_max": "0"}, "transit_days_max", "This is less than the fewest days."),
        ({"code": "standard"}, "code", "The zone has a method of this speed already."),
        ({"max_weight": "0"}, "max_weight", "Please enter more than 0"),
        ({"name": ""}, "name", "Please enter a name."),
        ({"tax_class": "luxury"}, "tax_class", "Not a valid choice"),
    ],
)
def test_a_wrong_price_is_refused_beside_its_field(
    app: Flask,
    owner: FlaskClient,
    pacific: tuple[ShippingZoneId, ShippingMethodId],
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    page = owner.post(f"/backoffice/delivery/zones/{pacific[0]}/methods/new", data=METHOD | values)

    assert page.status_code == 422
    assert message in error(page, field)
    assert f'href="#{field}' in page.text
    with app.app_context():
        assert len(queries.get_zone(pacific[0]).methods) == 1


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"name": "Home"}, "name", "Another zone has this name."),
        ({"countries": "US"}, "countries", "United States belongs to the zone Home."),
        ({"countries": []}, "countries", "Please choose a country or a region"),
        (
            {"regions-0-country": "CA", "regions-0-region": "QC"},
            "regions-0-region",
            "QC, Canada belongs to the",
        ),
        ({"regions-0-country": "CA", "regions-0-region": "Paris"}, "regions-0-region", "such as Alberta"),
        (
            {"regions-0-country": "", "regions-0-region": "QC"},
            "regions-0-country",
            "Please choose a country.",
        ),
        ({"is_rest_of_world": "y"}, "is_rest_of_world", "All other countries belong to the zone Home."),
        ({"free_above": "lots"}, "free_above", "Please enter an amount"),
    ],
)
def test_a_zone_is_refused_beside_its_field(
    app: Flask,
    owner: FlaskClient,
    pacific: tuple[ShippingZoneId, ShippingMethodId],
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    before = zone_of(app, pacific[0])
    with app.app_context(), step():
        services.save_zone(
            name="Home", currency="USD", countries=[("US", ""), ("CA", "QC")], is_rest_of_world=True
        )
    sent = {"name": "Pacific", "countries": ["FJ"]} | values
    page = owner.post(f"/backoffice/delivery/zones/{pacific[0]}", data=sent)

    assert page.status_code == 422
    assert message in error(page, field)
    assert zone_of(app, pacific[0]) == before


def test_a_change_is_recorded_with_what_differs(
    app: Flask, owner: FlaskClient, pacific: tuple[ShippingZoneId, ShippingMethodId]
) -> None:
    form = owner.get(f"/backoffice/delivery/zones/{pacific[0]}")
    sent = {"name": "Pacific", "countries": ["FJ", "WS"], "free_above": "", "version": value(form, "version")}
    owner.post(f"/backoffice/delivery/zones/{pacific[0]}", data=sent)
    owner.post(f"/backoffice/delivery/zones/{pacific[0]}", data=sent | {"version": ""})

    with app.app_context():
        changed, created = list_entries_of("shipping zone", pacific[0])
        assert (changed.action, changed.before, changed.after) == (
            "changed", {"free_above": 10_000}, {"free_above": None},
        )  # fmt: skip
        assert created.action == "created"


def test_an_outdated_form_shows_both_versions_and_takes_the_chosen_one(
    app: Flask, owner: FlaskClient, pacific: tuple[ShippingZoneId, ShippingMethodId]
) -> None:
    url = f"/backoffice/delivery/methods/{pacific[1]}"
    opened = owner.get(url)
    with app.app_context(), step():
        services.change_method(
            method_id=pacific[1],
            data=method_input(Band(price=800), Band(price=900, over_grams=1000), name="Ship"),
        )
    mine = {
        "code": "standard", "name": "Boat", "handling_days": "1", "transit_days_min": "2",
        "transit_days_max": "5", "tax_class": "standard", "is_active": "y", "bands-0-price": "7.50",
        "version": value(opened, "version"),
    }  # fmt: skip
    refused = owner.post(url, data=mine)

    assert refused.status_code == 422
    text = text_of(refused)
    assert "Someone else has changed this since you opened it. Nothing was saved yet." in text
    assert "Name Ship Boat" in text
    assert "Most days on the way 4 5" in text
    assert "Prices Price 8.00 Heavier than (kg) 1 · Price 9.00 Price 7.50" in text
    assert 'value="Boat"' in refused.text
    assert method_of(app, pacific[1]).name == "Ship"

    choices = {"use-bands": "saved", "use-name": "entered", "use-transit_days_max": "entered"}
    saved = owner.post(url, data=mine | choices | {"version": value(refused, "version")})
    assert saved.status_code == 303
    assert method_of(app, pacific[1]) == MethodInput(
        code="standard",
        name="Boat",
        bands=(Band(price=800), Band(price=900, over_grams=1000)),
        transit_days_min=2,
        transit_days_max=5,
    )


def test_zones_and_methods_move_and_the_ends_stay(
    app: Flask, owner: FlaskClient, pacific: tuple[ShippingZoneId, ShippingMethodId]
) -> None:
    with app.app_context(), step():
        services.create_zone(data=zone_input("Home", "US"))
        services.create_method(zone_id=pacific[0], data=method_input(name="By air", code="express"))

    def order() -> list[tuple[str, list[str]]]:
        with app.app_context():
            return [(zone.name, [one.name for one in zone.methods]) for zone in queries.list_zones()]

    assert order() == [("Pacific", ["By sea", "By air"]), ("Home", [])]
    for url in (f"zones/{pacific[0]}/up", f"zones/{pacific[0]}/down", f"methods/{pacific[1]}/down"):
        assert owner.post(f"/backoffice/delivery/{url}").status_code == 303
    assert order() == [("Home", []), ("Pacific", ["By air", "By sea"])]


def test_a_deletion_says_what_is_lost(
    app: Flask, owner: FlaskClient, pacific: tuple[ShippingZoneId, ShippingMethodId]
) -> None:
    asked = text_of(owner.get(f"/backoffice/delivery/methods/{pacific[1]}/delete"))
    assert "$7.00, 3–5 days. This cannot be undone." in asked
    assert "Nobody in these places can order any more: Fiji; Samoa" in asked
    asked = text_of(owner.get(f"/backoffice/delivery/zones/{pacific[0]}/delete"))
    assert "1 delivery method is deleted with its prices." in asked
    assert "Nobody in these places can order any more: Fiji; Samoa" in asked

    answer = owner.post(f"/backoffice/delivery/methods/{pacific[1]}/delete")
    assert answer.headers["Location"].startswith("/backoffice/delivery?notice=method_deleted")
    owner.post(f"/backoffice/delivery/zones/{pacific[0]}/delete")
    with app.app_context():
        assert queries.list_zones() == []
        entry = list_entries_of("shipping zone", pacific[0])[0]
        assert (entry.action, entry.title, entry.before["free_above"]) == ("deleted", "Pacific", 10_000)


def test_an_address_is_tried_by_the_rules_of_the_checkout(
    app: Flask, owner: FlaskClient, pacific: tuple[ShippingZoneId, ShippingMethodId]
) -> None:
    with app.app_context(), step():
        limited = method_input(Band(price=2_000), name="By air", code="express")
        services.create_method(zone_id=pacific[0], data=limited)
        taxes.save_rate(tax_class="standard", country="FJ", rate=150_000, name="VAT")
    tried = text_of(owner.get("/backoffice/delivery?country=FJ&weight=1&amount=99.99"))
    assert "Fiji is in the zone Pacific." in tried
    assert "By sea Price $7.00 Tax $1.05 15%, added" in tried
    free = text_of(owner.get("/backoffice/delivery?country=FJ&weight=1&amount=100"))
    assert "By sea Price Free Tax $0.00 15%, added" in free
    assert "By air Price $20.00 Tax $3.00 15%, added" in free
    assert "The shop does not deliver to Tonga." in text_of(owner.get("/backoffice/delivery?country=TO"))
    refused = owner.get("/backoffice/delivery?country=FJ&weight=x")
    assert (refused.status_code, error(refused, "weight")[:21]) == (422, "Please enter a weight")


def test_who_may_only_look_gets_no_form(app: Flask, pacific: tuple[ShippingZoneId, ShippingMethodId]) -> None:
    page = signed_in(app, Role.SUPPORT).get("/backoffice/delivery")

    assert "By sea" in page.text
    assert "/backoffice/delivery/methods/" not in page.text
    assert "New zone" not in page.text
