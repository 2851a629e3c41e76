"""What is saved now beside what was entered."""

from __future__ import annotations

from datetime import date

from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.core.fields import BooleanField, SelectChoice, SelectField, SelectMultipleField, StringField
from kashcraft.core.form_rows import RowForm, RowsField
from kashcraft.core.forms import DayField, Form, VersionField
from kashcraft.core.stale_forms import StaleField, compare, with_choices


class PriceRow(RowForm):
    weight = StringField("Weight")
    price = StringField("Price")


class Terms(Form):
    name = StringField("Name")
    speed = SelectField("Speed", choices=[SelectChoice("s", "Slow"), SelectChoice("f", "Fast")])
    places = SelectMultipleField("Places", choices=[SelectChoice("IN", "India"), SelectChoice("NP", "Nepal")])
    active = BooleanField("Active")
    until = DayField("Until")
    bands = RowsField("Prices", row=PriceRow, most=9)
    version = VersionField()


SAVED = {
    "name": "Post", "speed": "f", "places": ["IN", "NP"], "active": True, "until": date(2026, 3, 2),
    "bands": [{"weight": "1", "price": "7"}, {"weight": "", "price": "9"}], "version": "new",
}  # fmt: skip
SENT = MultiDict(
    [("name", "Ship"), ("speed", "s"), ("places", "NP"), ("until", ""), ("bands-0-price", "8"),
     ("bands-1-price", ""), ("version", "old")]
)  # fmt: skip


def test_fields_that_differ_are_shown_in_words(database: Flask) -> None:
    entered, saved = Terms(SENT), Terms(data=SAVED)

    assert compare(entered, saved) == [
        StaleField("name", "Name", ["Post"], ["Ship"]),
        StaleField("speed", "Speed", ["Fast"], ["Slow"]),
        StaleField("places", "Places", ["India", "Nepal"], ["Nepal"]),
        StaleField("active", "Active", ["Yes"], ["No"]),
        StaleField("until", "Until", ["March 2, 2026"], ["Nothing"]),
        StaleField("bands", "Prices", ["Weight 1 · Price 7", "Price 9"], ["Price 8"]),
    ]
    assert entered.version.data == "new"


def test_a_form_with_the_current_version_is_not_compared(database: Flask) -> None:
    entered = Terms(MultiDict({**SENT.to_dict(), "version": "new"}))

    assert compare(entered, Terms(data=SAVED)) == []


def test_chosen_fields_are_sent_as_they_are_saved(database: Flask) -> None:
    choices = {f"use-{name}": "saved" for name in ("name", "places", "active", "until", "bands")}
    values = MultiDict(SENT)
    values.update({**choices, "use-speed": "entered"})
    form = Terms(with_choices(values, Terms(data=SAVED)))

    assert (form.name.data, form.speed.data, form.places.data) == ("Post", "s", ["IN", "NP"])
    assert (form.active.data, form.until.data) == (True, date(2026, 3, 2))
    assert form.bands.data == [{"weight": "1", "price": "7"}, {"weight": None, "price": "9"}]
    assert with_choices(SENT, Terms(data=SAVED)) == SENT
