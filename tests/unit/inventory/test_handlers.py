"""The low-stock alert is enqueued once when stock falls to the reorder level."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.core.jobs.models import Outbox
from kashcraft.events.inventory import StockChanged
from kashcraft.inventory import handlers


@pytest.mark.parametrize(
    ("low", "low_changed", "owed"), [(True, True, 1), (True, False, 0), (False, True, 0), (False, False, 0)]
)
def test_only_falling_to_the_reorder_level_enqueues_an_alert(
    database: Flask, low: bool, low_changed: bool, owed: int
) -> None:
    product = new_id()
    with step():
        handlers.alert_when_low(
            StockChanged(
                product, available=3, sold_out=False, low=low, sold_out_changed=False, low_changed=low_changed
            )
        )

    jobs = db.session.execute(sa.select(Outbox.name, Outbox.payload)).all()
    assert [(job.name, job.payload["product_id"]) for job in jobs] == [
        ("inventory.tell_low_stock", str(product))
    ] * owed
