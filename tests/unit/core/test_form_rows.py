"""Rows of fields in a form."""

from __future__ import annotations

from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.core.fields import StringField
from kashcraft.core.form_rows import RowForm, RowsField, add_requested_row
from kashcraft.core.forms import AmountField, CurrencyForm, Text
from kashcraft.core.money import Money


class PriceRow(RowForm):
    weight = StringField("Weight")
    price = AmountField("Price", missing="Please enter a price.")


class Prices(CurrencyForm):
    name = Text("Name")
    bands = RowsField("Prices", row=PriceRow, most=3, missing="Enter one.")


def sent(**values: str) -> MultiDict[str, str]:
    return MultiDict({name.replace("_", "-"): value for name, value in values.items()})


def test_stored_rows_are_followed_by_an_empty_one_up_to_the_limit(database: Flask) -> None:
    for stored, shown in ((0, 1), (2, 3), (3, 3)):
        form = Prices(data={"bands": [{"weight": "1", "price": "2"}] * stored}, currency="USD")
        assert len(form.bands.rows) == shown
    assert form.bands.rows[1]["price"].name == "bands-1-price"
    assert form.bands.rows[1]["price"].label.text == "Price, row 2"
    assert form.bands.rows[1].columns == {"weight": "Weight", "price": "Price"}


def test_empty_rows_are_ignored_and_amounts_read_in_the_currency_of_the_form(database: Flask) -> None:
    form = Prices(
        sent(name="A", bands_0_weight="", bands_0_price=" ", bands_7_weight="2", bands_7_price="4.50"),
        currency="USD",
    )

    assert form.validate()
    (row,) = form.bands.filled
    assert row["price"].money == Money(450, "USD")
    assert form.bands.data == [{"weight": "2", "price": "4.50"}]


def test_errors_are_beside_the_cell_and_listed_once(database: Flask) -> None:
    form = Prices(sent(name="A", bands_0_price="1", bands_1_weight="2", bands_1_price="x"), currency="USD")

    assert not form.validate()
    assert [field.id for field in form.wrong_fields()] == ["bands-1-price"]
    assert form.bands.own_errors == []
    form.bands.refuse_row(0, "weight", "Too light.")
    assert [field.id for field in form.wrong_fields()] == ["bands-0-weight", "bands-1-price"]


def test_a_table_without_input_is_refused_as_a_whole(database: Flask) -> None:
    form = Prices(sent(name="A", bands_0_price=""), currency="USD")

    assert not form.validate()
    assert (form.bands.own_errors, form.wrong_fields()) == (["Enter one."], [form.bands])


def test_the_button_adds_a_row_with_a_new_number_up_to_the_limit(database: Flask) -> None:
    values = sent(name="", bands_0_price="x", bands_5_price="2", add_row="bands")
    values["add_row"] = "bands"
    form = Prices(values, currency="USD")

    assert add_requested_row(form, values)
    assert [row["price"].name for row in form.bands.rows] == [
        "bands-0-price",
        "bands-5-price",
        "bands-6-price",
    ]
    assert add_requested_row(form, values)
    assert len(form.bands.rows) == 3
    assert not add_requested_row(form, {"add_row": "name"})
    assert not add_requested_row(form, {})


def test_rows_beyond_the_limit_and_odd_names_are_left_out(database: Flask) -> None:
    names = [
        "bands-0-price",
        "bands-1-price",
        "bands-2-price",
        "bands-3-price",
        "bands-x-price",
        "bands-9999-price",
    ]
    form = Prices(MultiDict(dict.fromkeys(names, "1")), currency="USD")

    assert [row["price"].name for row in form.bands.rows] == names[:3]
