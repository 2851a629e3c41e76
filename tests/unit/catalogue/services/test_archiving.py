"""Archiving a product and restoring it undo each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Product, Status
from kashcraft.catalogue.queries import is_shown
from kashcraft.catalogue.queries import variants_of as choices_had
from kashcraft.catalogue.rules import PageInput
from kashcraft.core import clock
from kashcraft.core.db import db, step
from tests.conftest import NOW
from tests.factories.catalogue import PUBLISHED, make_product, make_product_with_variants, variants_of

pytestmark = pytest.mark.usefixtures("database")

PAGE = PageInput(name="Pheran", published_at=PUBLISHED)
GONE = replace(PAGE, status=Status.ARCHIVED)


def become(product: Product, page: PageInput) -> list[str]:
    with step():
        return services.update_product(product_id=product.id, page=page)


def states(parent: Product) -> list[tuple[Status, object]]:
    return [(one.status, one.archived_at) for one in variants_of(parent)]


def had(parent: Product) -> list[str | None]:
    """The SKUs of the variants that a parent has."""
    query = sa.select(Product.sku).where(choices_had(parent)).order_by(Product.position)
    return list(db.session.scalars(query))


@pytest.mark.parametrize("back", [Status.ACTIVE, Status.DRAFT])
def test_exactly_the_variants_archived_with_their_product_are_restored(
    frozen: clock.FrozenClock, back: Status
) -> None:
    parent = make_product_with_variants()
    small, medium, large = variants_of(parent)
    with step():
        services.archive_product(product_id=medium.id)
    frozen.advance(days=1)

    assert become(parent, GONE) == ["status"]
    together = (Status.ARCHIVED, NOW + timedelta(days=1))
    assert states(parent) == [together, (Status.ARCHIVED, NOW), together]
    assert had(parent) == [small.sku, large.sku]

    assert become(parent, replace(PAGE, status=back)) == ["status"]
    assert (parent.status, parent.archived_at) == (back, None)
    assert states(parent) == [(Status.ACTIVE, None), (Status.ARCHIVED, NOW), (Status.ACTIVE, None)]
    assert had(parent) == [small.sku, large.sku]


def test_both_ways_of_archiving_have_the_same_result(frozen: clock.FrozenClock) -> None:
    one, other = make_product_with_variants("One"), make_product_with_variants("Other")
    with step():
        services.archive_product(product_id=one.id)
    become(other, replace(GONE, name="Other"))

    assert (one.status, one.archived_at) == (other.status, other.archived_at) == (Status.ARCHIVED, NOW)
    assert states(one) == states(other) == [(Status.ARCHIVED, NOW)] * 3


def test_all_variants_of_a_product_are_archived_at_the_same_time() -> None:
    parent = make_product_with_variants()
    with step():
        services.archive_product(product_id=parent.id)

    assert {one.archived_at for one in variants_of(parent)} == {parent.archived_at}


def test_archiving_again_changes_nothing(frozen: clock.FrozenClock) -> None:
    parent = make_product_with_variants()
    become(parent, GONE)
    frozen.advance(days=1)

    assert become(parent, GONE) == []
    with step():
        services.archive_product(product_id=parent.id)
    assert {moment for _, moment in [*states(parent), (None, parent.archived_at)]} == {NOW}


def test_a_variant_of_an_archived_product_can_be_archived_on_its_own(frozen: clock.FrozenClock) -> None:
    parent = make_product_with_variants(options={"Size": ("S", "M")})
    small, _ = variants_of(parent)
    become(parent, GONE)
    frozen.advance(days=1)
    for _ in range(2):
        with step():
            services.archive_product(product_id=small.id)
        frozen.advance(days=1)

    become(parent, PAGE)
    assert states(parent) == [(Status.ARCHIVED, NOW + timedelta(days=1)), (Status.ACTIVE, None)]


def test_a_shown_page_has_something_to_buy() -> None:
    bowl = make_product("Bowl")
    draft = make_product("Draft", status=Status.DRAFT)
    parent, empty, gone = (
        make_product_with_variants("Full"),
        make_product_with_variants("Empty"),
        make_product_with_variants("Gone"),
    )
    with step():
        for one in variants_of(empty):
            services.archive_product(product_id=one.id)
    become(gone, replace(GONE, name="Gone"))

    shown = set(db.session.scalars(sa.select(Product.id).where(is_shown())))
    assert shown == {bowl.id, parent.id}
    assert draft.id not in shown


def test_variants_are_the_same_by_row_and_by_statement(frozen: clock.FrozenClock) -> None:
    parents = [
        make_product_with_variants(f"Family {number}", options={"Size": ("S", "M")}) for number in range(3)
    ]
    with step():
        services.archive_product(product_id=variants_of(parents[1])[0].id)
    frozen.advance(days=1)
    become(parents[1], replace(GONE, name="Family 1"))
    become(parents[2], replace(GONE, name="Family 2"))

    parent = sa.orm.aliased(Product)
    query = sa.select(Product.sku).join(parent, parent.id == Product.parent_id).where(choices_had(parent))
    assert set(db.session.scalars(query)) == {sku for parent in parents for sku in had(parent)}
    assert [len(had(parent)) for parent in parents] == [2, 1, 2]
