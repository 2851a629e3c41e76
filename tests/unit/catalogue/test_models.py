"""Properties of product rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kashcraft.catalogue.models import Kind, Product, Status
from kashcraft.core.ids import new_id

SPRING, AUTUMN = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "status", "can"),
    [
        (Kind.SINGLE, Status.ACTIVE, True),
        (Kind.VARIANT, Status.ACTIVE, True),
        (Kind.PARENT, Status.ACTIVE, False),
        (Kind.SINGLE, Status.DRAFT, False),
        (Kind.VARIANT, Status.ARCHIVED, False),
    ],
)
def test_active_rows_with_a_price_can_be_bought(kind: Kind, status: Status, can: bool) -> None:
    assert Product(kind=kind, status=status).can_be_bought is can


def test_the_page_of_a_variant_is_that_of_its_parent() -> None:
    parent = Product(id=new_id())

    assert Product(id=new_id(), parent_id=parent.id).page_id == parent.id
    assert parent.page_id == parent.id


@pytest.mark.parametrize(
    ("variant", "parent", "together"),
    [
        ((Status.ARCHIVED, SPRING), (Status.ARCHIVED, SPRING), True),
        ((Status.ARCHIVED, SPRING), (Status.ARCHIVED, AUTUMN), False),
        ((Status.ARCHIVED, SPRING), (Status.ACTIVE, None), False),
        ((Status.ACTIVE, None), (Status.ARCHIVED, SPRING), False),
    ],
)
def test_a_variant_was_archived_with_its_parent_at_the_same_time_only(
    variant: tuple[Status, Any], parent: tuple[Status, Any], together: bool
) -> None:
    def row(state: tuple[Status, Any]) -> Product:
        return Product(status=state[0], archived_at=state[1])

    assert row(variant).was_archived_with(row(parent)) is together
