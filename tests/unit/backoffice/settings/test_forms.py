"""The forms of the shop's settings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.settings.forms import (
    REFUSALS,
    LoyaltyForm,
    ShopForm,
    shown_settings,
    without_stated,
)
from kashcraft.backoffice.settings.presenters import GROUPS
from kashcraft.config import FAULTS
from kashcraft.core.settings import EDITABLE, Settings, settings


def test_every_editable_setting_has_one_field(database: Flask) -> None:
    names = [name for group in GROUPS.values() for name in group.form(currency="USD").names]
    assert sorted(names) == sorted(EDITABLE)


@pytest.mark.parametrize("group", GROUPS)
def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(database: Flask, group: str) -> None:
    shown = GROUPS[group].form(data=shown_settings(settings()), currency="USD")
    sent = {field.name: field._value() if hasattr(field, "_value") else field.data for field in shown}
    ticked = {name: text for name, text in sent.items() if shown[name].data is not False}
    form = GROUPS[group].form(MultiDict(ticked), currency="USD")

    assert form.validate(), form.errors
    assert form.entered() == {name: getattr(settings(), name) for name in form.names}


def test_the_value_of_a_point_is_an_amount(database: Flask) -> None:
    found = replace(Settings(), point_value=25, shop_currency="KWD")
    form = LoyaltyForm(data=shown_settings(found), currency="KWD")
    assert form.point_value.data == "0.025"


def test_what_the_environment_states_has_no_field(database: Flask) -> None:
    form = without_stated(ShopForm(currency="USD"), frozenset({"shop_name", "secret_key"}))
    assert form.names == ["shop_address", "support_email", "shop_tax_id", "invoice_prefix"]


def test_every_fault_has_a_text(database: Flask) -> None:
    assert FAULTS.keys() <= REFUSALS.keys()
