"""Saving the variants of a product replaces them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Status
from kashcraft.catalogue.queries import get_version
from kashcraft.catalogue.rules import PageInput, SkuInput, VariantInput
from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money
from tests.conftest import NOW
from tests.factories.catalogue import PUBLISHED, make_product, make_product_with_variants, variants_of

pytestmark = pytest.mark.usefixtures("database")


def variant(sku: str, size: str, price: int = 4000) -> VariantInput:
    return VariantInput(option_values={"Size": size}, sold=SkuInput(sku=sku, price=Money(price, "USD")))


def test_variants_are_added_changed_and_archived() -> None:
    parent = make_product_with_variants(options={"Size": ("S", "M")})
    small, medium = variants_of(parent)
    with step():
        changes = services.save_variants(
            product_id=parent.id,
            option_names=["Size"],
            variants=[variant(small.sku or "", "S", 4500), variant("NEW", "L")],
        )
    rows = {one.sku: one for one in variants_of(parent)}
    assert changes.changed == (small.id,)
    assert changes.archived == (medium.id,)
    assert changes.added == (rows["NEW"].id,)
    assert rows[small.sku].price == 4500
    assert rows[medium.sku].status is Status.ARCHIVED


def test_the_same_variants_again_change_nothing() -> None:
    parent = make_product_with_variants(options={"Size": ("S", "M")})
    same = [variant(one.sku or "", one.option_values["Size"]) for one in variants_of(parent)]
    with step():
        changes = services.save_variants(product_id=parent.id, option_names=["Size"], variants=same)
    assert not changes


def test_options_in_another_order_raise_the_version() -> None:
    parent = make_product_with_variants(options={"Size": ("S",), "Colour": ("Red", "Blue")})
    same = [
        replace(variant(one.sku or "", "S"), option_values=dict(one.option_values))
        for one in variants_of(parent)
    ]
    before = get_version()
    with step():
        services.save_variants(product_id=parent.id, option_names=["Colour", "Size"], variants=same)
    assert get_version() > before


def test_an_archived_variant_is_restored_by_its_sku() -> None:
    parent = make_product_with_variants(options={"Size": ("S", "M")})
    both = [variant(one.sku or "", one.option_values["Size"]) for one in variants_of(parent)]
    for variants in (both[:1], both):
        with step():
            services.save_variants(product_id=parent.id, option_names=["Size"], variants=variants)
    assert [one.status for one in variants_of(parent)] == [Status.ACTIVE, Status.ACTIVE]


def test_a_product_without_options_has_no_variants() -> None:
    product = make_product()
    with pytest.raises(DomainError, match="not_a_family"), step():
        services.save_variants(product_id=product.id, option_names=["Size"], variants=[variant("X", "S")])


def test_a_variant_removed_from_an_archived_product_is_not_restored_with_it(
    frozen: clock.FrozenClock,
) -> None:
    parent = make_product_with_variants(options={"Size": ("S", "M")})
    small, medium = variants_of(parent)
    with step():
        services.archive_product(product_id=parent.id)
    frozen.advance(hours=1)
    with step():
        changes = services.save_variants(
            product_id=parent.id, option_names=["Size"], variants=[variant(small.sku or "", "S")]
        )
    assert changes.archived == (medium.id,)
    assert [one.status for one in variants_of(parent)] == [Status.ARCHIVED, Status.ARCHIVED]

    with step():
        services.update_product(product_id=parent.id, page=PageInput(name="Pheran", published_at=PUBLISHED))
    assert [(one.status, one.archived_at) for one in variants_of(parent)] == [
        (Status.ACTIVE, None),
        (Status.ARCHIVED, NOW + timedelta(hours=1)),
    ]


def test_a_product_created_archived_has_its_variants_once_active() -> None:
    parent = make_product_with_variants(options={"Size": ("S", "M")}, status=Status.ARCHIVED)
    assert [one.archived_at for one in variants_of(parent)] == [parent.archived_at] * 2
    assert parent.archived_at is not None

    with step():
        services.update_product(product_id=parent.id, page=PageInput(name="Pheran", published_at=PUBLISHED))
    assert [one.status for one in variants_of(parent)] == [Status.ACTIVE, Status.ACTIVE]
