"""Comparisons in the export of personal data."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from kashcraft.comparisons import services
from kashcraft.comparisons.models import SavedComparison, SavedComparisonItem
from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId
from kashcraft.core.personal_data import Individual
from tests.factories.people import person
from tests.factories.rows import add_row


def test_comparisons_are_exported_by_their_products_and_deleted(database: Flask) -> None:
    user_id = UserId(person())
    with step():
        comparison = add_row("saved_comparisons", user_id=user_id, name="Rugs")
        add_row("saved_comparison_items", comparison_id=comparison, position=1)
    product_id = db.session.scalars(sa.select(SavedComparisonItem.product_id)).one()
    whom = Individual(email="ada@shop.example", user_id=user_id)

    assert services.export_personal_data(person=whom) == {
        "comparisons": [{"name": "Rugs", "description": None, "product_id": str(product_id)}]
    }
    with step():
        services.erase_personal_data(person=whom)

    assert db.session.scalars(sa.select(SavedComparison.id)).all() == []


def test_a_guest_has_none(database: Flask) -> None:
    assert services.export_personal_data(person=Individual(email="ada@shop.example")) == {}
