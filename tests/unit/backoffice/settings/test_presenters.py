"""What the pages of settings say."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from kashcraft.backoffice.settings.forms import RegionForm
from kashcraft.backoffice.settings.presenters import (
    GROUPS,
    HINTS,
    StatedSetting,
    holders_text,
    stated_settings,
    value_texts,
)
from kashcraft.core.settings import EDITABLE, Settings


def test_what_has_amounts_is_a_list_in_words(database: Flask) -> None:
    assert holders_text(["products", "gift_cards"]) == "products, gift cards"


def test_values_are_shown_in_words(database: Flask) -> None:
    texts = value_texts(Settings(shop_country="IN", prices_include_tax=True, point_value=1))
    shown = [texts[name] for name in ("shop_country", "prices_include_tax", "point_value")]
    assert shown == ["India", "Yes", "0.01"]


def test_what_the_environment_states_is_shown_with_its_variable(database: Flask) -> None:
    found = replace(Settings(), in_environment=frozenset({"shop_currency", "shop_name"}))

    assert stated_settings(RegionForm(currency="USD"), found) == [
        StatedSetting("Currency", "USD", "KASHCRAFT_SHOP_CURRENCY")
    ]


def test_hints_belong_to_settings(database: Flask) -> None:
    assert HINTS.keys() <= set(EDITABLE)
    assert list(GROUPS) == ["shop", "region", "orders", "loyalty", "email"]
