"""Which values of settings are valid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kashcraft.core.setting_rules import (
    BOUNDS,
    LENGTHS,
    Fault,
    faults_of,
    is_sender,
    is_zone,
)
from kashcraft.core.settings import EDITABLE, Settings


def test_the_defaults_are_valid() -> None:
    assert faults_of(Settings()) == {}


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"hold_minutes": 0}, {"hold_minutes": Fault("at_least", 1)}),
        ({"page_size": 1001}, {"page_size": Fault("at_most", 1000)}),
        ({"order_cutoff_hour": 25}, {"order_cutoff_hour": Fault("no_hour")}),
        ({"order_cutoff_hour": 24}, {}),
        ({"shop_name": " "}, {"shop_name": Fault("empty")}),
        ({"shop_name": "x" * 81}, {"shop_name": Fault("too_long", 80)}),
        ({"shop_address": "a\nb"}, {"shop_address": Fault("not_one_line")}),
        ({"shop_tax_id": "", "invoice_prefix": ""}, {}),
        ({"shop_currency": "usd"}, {"shop_currency": Fault("no_currency")}),
        ({"shop_country": "XX"}, {"shop_country": Fault("no_country")}),
        ({"shop_locale": "en-US"}, {"shop_locale": Fault("no_locale")}),
        ({"shop_timezone": "Srinagar"}, {"shop_timezone": Fault("no_time_zone")}),
        ({"support_email": "hello"}, {"support_email": Fault("no_address")}),
        ({"support_email": ""}, {"support_email": Fault("empty")}),
        ({"mail_from": "a@b.example, c@d.example"}, {"mail_from": Fault("no_sender")}),
        ({"at_risk_days": 181}, {"inactive_days": Fault("before_at_risk", 181)}),
        ({"at_risk_days": 181, "inactive_days": 0}, {"inactive_days": Fault("at_least", 1)}),
    ],
)
def test_each_fault_has_a_code(values: dict[str, Any], faults: dict[str, Fault]) -> None:
    assert faults_of(replace(Settings(), **values)) == faults


def test_every_number_and_every_free_text_has_a_bound() -> None:
    kinds = {name: type(getattr(Settings(), name)) for name in EDITABLE}
    numbers = {name for name, kind in kinds.items() if kind is int} - {"order_cutoff_hour"}
    codes = {"shop_currency", "shop_country", "shop_locale", "shop_timezone"}
    assert set(BOUNDS) == numbers
    assert set(LENGTHS) == {name for name, kind in kinds.items() if kind is str} - codes


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("hello@zoon.example", True),
        ("Zoon & Sons <hello@zoon.example>", True),
        ("<hello@zoon.example>", False),
        ("Zoon <hello>", False),
        ("Zoon hello@zoon.example", False),
        ('"Zoon" <hello@zoon.example>', False),
        ("", False),
    ],
)
def test_a_sender_is_an_address_with_or_without_a_name(text: str, is_valid: bool) -> None:
    assert is_sender(text) is is_valid


@pytest.mark.parametrize(
    ("name", "is_known"),
    [("UTC", True), ("Asia/Kolkata", True), ("Asia/Nowhere", False), ("../etc/passwd", False)],
)
def test_time_zones_are_known_by_name(name: str, is_known: bool) -> None:
    assert is_zone(name) is is_known
