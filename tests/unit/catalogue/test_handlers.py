"""The catalogue version rises when a product sells out or is back."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.catalogue import handlers, queries
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.events.inventory import StockChanged


def version() -> int:
    db.session.rollback()
    queries.forget_version()
    return queries.get_version()


@pytest.mark.parametrize(("sold_out_changed", "raised"), [(True, True), (False, False)])
def test_only_selling_out_and_restocking_raise_the_version(
    database: Flask, sold_out_changed: bool, raised: bool
) -> None:
    with step():
        handlers.stock_changed(
            StockChanged(
                new_id(), available=0, sold_out=True, low=True, sold_out_changed=True, low_changed=False
            )
        )
    before = version()

    with step():
        handlers.stock_changed(
            StockChanged(
                new_id(),
                available=3,
                sold_out=False,
                low=True,
                sold_out_changed=sold_out_changed,
                low_changed=True,
            )
        )

    assert (version() > before) is raised
