"""Archiving a family and bringing it back are each other's opposite."""

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


def states(family: Product) -> list[tuple[Status, object]]:
    return [(one.status, one.archived_at) for one in variants_of(family)]


def had(family: Product) -> list[str | None]:
    """The SKUs of the choices that a family has."""
    query = sa.select(Product.sku).where(choices_had(family)).order_by(Product.position)
    return list(db.session.scalars(query))


@pytest.mark.parametrize("back", [Status.ACTIVE, Status.DRAFT])
def test_exactly_the_choices_that_went_with_their_family_come_back(
    frozen: clock.FrozenClock, back: Status
) -> None:
    family = make_product_with_variants()
    small, medium, large = variants_of(family)
    with step():
        services.archive_product(product_id=medium.id)
    frozen.advance(days=1)

    assert become(family, GONE) == ["status"]
    together = (Status.ARCHIVED, NOW + timedelta(days=1))
    assert states(family) == [together, (Status.ARCHIVED, NOW), together]
    assert had(family) == [small.sku, large.sku]

    assert become(family, replace(PAGE, status=back)) == ["status"]
    assert (family.status, family.archived_at) == (back, None)
    assert states(family) == [(Status.ACTIVE, None), (Status.ARCHIVED, NOW), (Status.ACTIVE, None)]
    assert had(family) == [small.sku, large.sku]


def test_both_ways_of_archiving_do_the_same(frozen: clock.FrozenClock) -> None:
    one, other = make_product_with_variants("One"), make_product_with_variants("Other")
    with step():
        services.archive_product(product_id=one.id)
    become(other, replace(GONE, name="Other"))

    assert (one.status, one.archived_at) == (other.status, other.archived_at) == (Status.ARCHIVED, NOW)
    assert states(one) == states(other) == [(Status.ARCHIVED, NOW)] * 3


def test_all_choices_of_a_family_share_one_moment_although_time_goes_on() -> None:
    family = make_product_with_variants()
    with step():
        services.archive_product(product_id=family.id)

    assert {one.archived_at for one in variants_of(family)} == {family.archived_at}


def test_archiving_again_changes_nothing(frozen: clock.FrozenClock) -> None:
    family = make_product_with_variants()
    become(family, GONE)
    frozen.advance(days=1)

    assert become(family, GONE) == []
    with step():
        services.archive_product(product_id=family.id)
    assert {moment for _, moment in [*states(family), (None, family.archived_at)]} == {NOW}


def test_a_choice_of_an_archived_family_can_be_archived_by_itself(frozen: clock.FrozenClock) -> None:
    family = make_product_with_variants(options={"Size": ("S", "M")})
    small, _ = variants_of(family)
    become(family, GONE)
    frozen.advance(days=1)
    for _ in range(2):
        with step():
            services.archive_product(product_id=small.id)
        frozen.advance(days=1)

    become(family, PAGE)
    assert states(family) == [(Status.ARCHIVED, NOW + timedelta(days=1)), (Status.ACTIVE, None)]


def test_pages_that_can_be_opened_have_something_to_buy() -> None:
    bowl = make_product("Bowl")
    draft = make_product("Draft", status=Status.DRAFT)
    family, empty, gone = (
        make_product_with_variants("Full"),
        make_product_with_variants("Empty"),
        make_product_with_variants("Gone"),
    )
    with step():
        for one in variants_of(empty):
            services.archive_product(product_id=one.id)
    become(gone, replace(GONE, name="Gone"))

    shown = set(db.session.scalars(sa.select(Product.id).where(is_shown())))
    assert shown == {bowl.id, family.id}
    assert draft.id not in shown


def test_choices_are_the_same_asked_for_a_row_or_within_a_statement(frozen: clock.FrozenClock) -> None:
    families = [
        make_product_with_variants(f"Family {number}", options={"Size": ("S", "M")}) for number in range(3)
    ]
    with step():
        services.archive_product(product_id=variants_of(families[1])[0].id)
    frozen.advance(days=1)
    become(families[1], replace(GONE, name="Family 1"))
    become(families[2], replace(GONE, name="Family 2"))

    parent = sa.orm.aliased(Product)
    query = sa.select(Product.sku).join(parent, parent.id == Product.parent_id).where(choices_had(parent))
    assert set(db.session.scalars(query)) == {sku for family in families for sku in had(family)}
    assert [len(had(family)) for family in families] == [2, 1, 2]
