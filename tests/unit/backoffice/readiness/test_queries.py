"""What a shop has is read with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from kashcraft.backoffice.readiness.queries import get_shop_state
from kashcraft.backoffice.readiness.rules import ShopState
from kashcraft.catalogue.models import Status
from kashcraft.content.models import Page
from kashcraft.core import stored_settings
from kashcraft.core.db import step
from kashcraft.core.settings import settings
from kashcraft.core.stored_settings import state_of
from tests.factories.catalogue import make_product
from tests.factories.shopping import add_taxes_and_delivery


def test_an_empty_shop_has_the_gateway_of_its_environment(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    with count_statements() as seen:
        assert get_shop_state() == ShopState(gateway="sandbox")
    assert len(seen) == 4


def test_everything_that_exists_is_found(database: Flask) -> None:
    values = {"mail_from": "hello@zoon.example", "shop_country": "US", "collects_tax": False, "page_size": 12}
    with step():
        stored_settings.save(values=values, seen=state_of(values, settings()))
    add_taxes_and_delivery()
    make_product("Draft", status=Status.DRAFT)
    assert not get_shop_state().has_product
    make_product("Bowl")
    with step() as session:
        session.add(Page(slug="terms", title="Terms", body="Whole."))
        session.add(Page(slug="privacy", title="Privacy", body="We are [[name of the shop]]."))

    assert get_shop_state() == ShopState(
        stated=frozenset({"mail_from", "shop_country"}),
        collects_tax=False,
        has_rate=True,
        has_delivery=True,
        gateway="sandbox",
        has_product=True,
        pages=frozenset({"terms"}),
    )
