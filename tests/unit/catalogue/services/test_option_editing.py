"""Staff change options and variants; stored variants keep what they have."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from kashcraft.audit.models import AuditEntry
from kashcraft.catalogue import services
from kashcraft.catalogue.models import Kind, Product
from kashcraft.catalogue.queries.products import get_options_version, list_option_names, list_variants
from kashcraft.catalogue.rules import SkuInput, VariantInput
from kashcraft.catalogue.services import EditedVariant
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from tests.factories.catalogue import make_product, make_product_with_variants

pytestmark = pytest.mark.usefixtures("database")


def edited(product_id: ProductId) -> list[EditedVariant]:
    return [EditedVariant(one.id, one.data) for one in list_variants(product_id)]


def save(product_id: ProductId, names: list[str], variants: list[EditedVariant]) -> services.VariantChanges:
    seen = get_options_version(product_id)
    with step():
        return services.save_options(product_id=product_id, option_names=names, variants=variants, seen=seen)


def renamed(one: EditedVariant, sku: str) -> EditedVariant:
    return EditedVariant(one.id, replace(one.data, sold=replace(one.data.sold, sku=sku)))


def new(sku: str, **values: str) -> EditedVariant:
    sold = SkuInput(sku=sku, price=Money(4000, "USD"))
    return EditedVariant(None, VariantInput(option_values=values, sold=sold))


def test_variants_exchange_their_skus_and_stay_the_same_rows() -> None:
    product = make_product_with_variants("Pheran", options={"Size": ("S", "M", "L")})
    small, medium, large = edited(product.id)
    skus = [one.data.sold.sku for one in (small, medium)]
    changes = save(
        product.id, ["Size"], [renamed(small, skus[1]), renamed(medium, skus[0]), renamed(large, "KC-NEW")]
    )

    assert (changes.added, changes.archived) == ((), ())
    stored = list_variants(product.id)
    assert [one.id for one in stored] == [small.id, medium.id, large.id]
    assert [one.data.sold.sku for one in stored] == [skus[1], skus[0], "KC-NEW"]
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, "KC-NEW" in entry.after["variants"], "KC-NEW" in entry.before["variants"]) == (
        "options_changed", True, False,
    )  # fmt: skip


def test_a_variant_is_added_and_another_one_archived_and_restored() -> None:
    product = make_product_with_variants("Pheran", options={"Size": ("S", "M")})
    small, medium = edited(product.id)
    changes = save(product.id, ["Size"], [small, new("KC-XL", Size="XL")])
    assert (changes.archived, [one.is_retired for one in list_variants(product.id)]) == (
        (medium.id,), [False, False, True],
    )  # fmt: skip
    added = EditedVariant(changes.added[0], new("KC-XL", Size="XL").data)
    save(product.id, ["Size"], [small, medium, added])

    assert [(one.id, one.is_retired) for one in list_variants(product.id)] == [
        (small.id, False), (medium.id, False), (added.id, False),
    ]  # fmt: skip


def test_a_product_without_variants_becomes_their_parent() -> None:
    product = make_product("Bowl", sku="KC-BOWL", price="40.00", sale_price="30.00")
    changes = save(product.id, ["Size"], [new("KC-BOWL", Size="S"), new("KC-BOWL-L", Size="L")])

    row = db.session.scalars(sa.select(Product).where(Product.id == product.id)).one()
    assert (row.kind, row.sku, row.price, row.sale_price, row.slug) == (Kind.PARENT, None, None, None, "bowl")
    assert (list_option_names(product.id), len(changes.added)) == (["Size"], 2)
    assert [one.data.sold.sku for one in list_variants(product.id)] == ["KC-BOWL", "KC-BOWL-L"]


def test_refusals_change_nothing() -> None:
    make_product("Bowl", sku="KC-TAKEN")
    product = make_product_with_variants("Pheran", options={"Size": ("S", "M")})
    small, medium = edited(product.id)
    before = list_variants(product.id)
    for variants, code in (
        ([renamed(small, "KC-TAKEN"), medium], "sku_taken"),
        ([renamed(small, medium.data.sold.sku), medium], "sku_taken"),
        ([], "no_choices"),
        ([new(f"KC-{number}", Size=str(number)) for number in range(101)], "too_many_variants"),
    ):
        with pytest.raises(DomainError) as refused:
            save(product.id, ["Size"], variants)
        assert (refused.value.code, list_variants(product.id)) == (code, before)
    with pytest.raises(DomainError) as refused, step():
        services.save_options(product_id=product.id, option_names=["Size"], variants=[small], seen="old")
    assert refused.value.code == "options_changed_since"
