"""What is stored fills the forms, and the forms give it back."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.delivery.forms import MethodForm, ZoneForm, shown_method, shown_zone
from kashcraft.core.stale_forms import sent_values
from kashcraft.shipping.rules import Band, ZoneInput
from tests.factories.delivery import method_input


def test_a_stored_zone_is_entered_unchanged(database: Flask) -> None:
    places = frozenset({("FJ", ""), ("US", "HI"), ("IT", "MI")})
    zone = ZoneInput(name="Pacific", currency="USD", places=places, free_above=0, is_rest_of_world=True)
    shown = ZoneForm(data=shown_zone(zone), currency="USD", others={})
    form = ZoneForm(
        MultiDict([pair for field in shown for pair in sent_values(field)]), currency="USD", others={}
    )

    assert form.validate(), form.errors
    assert form.input == zone


def test_countries_of_other_zones_are_marked_and_the_own_come_first(database: Flask) -> None:
    form = ZoneForm(data={"countries": ["ZM"]}, currency="USD", others={"AF": "Asia"})
    labels = [label for _value, label, *_rest in form.countries.iter_choices()]

    assert labels[:3] == ["Zambia", "Afghanistan (in Asia)", "Albania"]


def test_a_stored_method_is_entered_unchanged(database: Flask) -> None:
    bands = (
        Band(price=0),
        Band(price=1250, over_grams=500),
        Band(price=900, over_grams=500, from_merchandise=100),
    )
    method = replace(method_input(*bands), max_weight_grams=12_500)
    shown = MethodForm(data=shown_method(method, "USD"), currency="USD", tax_classes=["standard"])
    values = MultiDict([pair for field in shown for pair in sent_values(field)])
    form = MethodForm(values, currency="USD", tax_classes=["standard"])

    assert values["bands-1-over"] == "0.5"
    assert form.validate(), form.errors
    assert form.input == method
