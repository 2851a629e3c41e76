"""Whether a shop has what it needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kashcraft.backoffice.readiness.rules import (
    IDENTITY,
    LEGAL_PAGES,
    REGION,
    RULES,
    SENDER,
    Need,
    ShopState,
    list_missing,
    missing_pages,
)

READY = ShopState(
    stated=frozenset({*IDENTITY, *REGION, SENDER}),
    has_rate=True,
    has_delivery=True,
    gateway="sandbox",
    has_product=True,
    pages=frozenset({*LEGAL_PAGES, "about"}),
)


def test_an_empty_shop_needs_everything_in_its_order() -> None:
    assert list_missing(ShopState()) == list(Need)


def test_a_ready_shop_needs_nothing() -> None:
    assert list_missing(READY) == []


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"stated": READY.stated - {"shop_name"}}, [Need.IDENTITY]),
        ({"stated": READY.stated - {"shop_address"}}, [Need.IDENTITY]),
        ({"stated": READY.stated - {"support_email"}}, [Need.IDENTITY]),
        ({"stated": READY.stated - {"shop_country"}}, [Need.REGION]),
        ({"stated": READY.stated - {"shop_currency"}}, [Need.REGION]),
        ({"stated": READY.stated - {"mail_from"}}, [Need.SENDER]),
        ({"has_rate": False}, [Need.TAX]),
        ({"has_rate": False, "collects_tax": False}, []),
        ({"collects_tax": False}, []),
        ({"has_delivery": False}, [Need.DELIVERY]),
        ({"gateway": ""}, [Need.PAYMENT]),
        ({"has_product": False}, [Need.PRODUCT]),
        ({"pages": READY.pages - {"terms"}}, [Need.PAGES]),
        ({"pages": READY.pages - {"about"}}, []),
    ],
)
def test_each_need_has_a_rule(values: dict[str, Any], missing: list[Need]) -> None:
    assert list_missing(replace(READY, **values)) == missing


def test_missing_pages_are_named() -> None:
    assert missing_pages(replace(READY, pages=frozenset({"terms"}))) == [
        "privacy",
        "returns",
        "shipping",
        "contact",
    ]
    assert list(RULES) == list(Need)
