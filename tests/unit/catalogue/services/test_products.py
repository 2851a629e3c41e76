"""New products with and without variants in the database."""

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue import services
from kashcraft.catalogue.models import AttributeKind, Kind, Product, ProductAttribute, ProductCategory
from kashcraft.catalogue.queries import get_version
from kashcraft.catalogue.rules import PageInput, SkuInput, VariantInput
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money
from tests.factories.catalogue import make_category, make_product, make_product_with_variants, variants_of

pytestmark = pytest.mark.usefixtures("database")


def attributes(product: Product) -> dict[AttributeKind, list[str]]:
    query = sa.select(ProductAttribute).where(ProductAttribute.product_id == product.id)
    found: dict[AttributeKind, list[str]] = {}
    for row in db.session.scalars(query.order_by(ProductAttribute.position)):
        found.setdefault(row.kind, []).append(row.value)
    return found


def test_a_product_is_stored_with_its_categories_and_filters() -> None:
    shawls, gifts = make_category("Shawls"), make_category("Gifts")
    product = make_product(
        "Kani shawl, madder",
        price="1180.00",
        sale_price="990.00",
        categories=[shawls, gifts],
        materials=("Pashmina", "Silk"),
        colours=("Madder",),
        tags=("heirloom",),
        description="## Loom\n\nSlow.",
    )
    assert (product.kind, product.slug, product.price, product.sale_price) == (
        Kind.SINGLE, "kani-shawl-madder", 118000, 99000,
    )  # fmt: skip
    assert product.description_html == "<h3>Loom</h3>\n<p>Slow.</p>"
    assert attributes(product) == {
        AttributeKind.MATERIAL: ["Pashmina", "Silk"],
        AttributeKind.COLOUR: ["Madder"],
        AttributeKind.TAG: ["heirloom"],
    }
    categories = sa.select(ProductCategory.category_id).where(ProductCategory.product_id == product.id)
    assert list(db.session.scalars(categories.order_by(ProductCategory.position))) == [shawls.id, gifts.id]


def test_two_products_of_one_name_have_different_addresses() -> None:
    assert [make_product("Bowl").slug for _ in range(3)] == ["bowl", "bowl-2", "bowl-3"]


def test_a_wanted_address_is_refused_when_it_is_taken(frozen: object, database: Flask) -> None:
    make_product("Bowl", slug="bowl")
    before = get_version()
    with pytest.raises(DomainError) as refused:
        make_product("Other bowl", slug="bowl")
    assert refused.value.code == "slug_taken"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == 1
    assert get_version() == before


def test_a_sku_is_unique_among_products_and_variants() -> None:
    make_product(sku="A-1")
    with pytest.raises(DomainError) as refused, step():
        services.create_product_with_variants(
            page=PageInput(name="Cap"),
            option_names=["Size"],
            variants=[
                VariantInput(option_values={"Size": "S"}, sold=SkuInput(sku="A-1", price=Money(100, "USD")))
            ],
        )
    assert (refused.value.code, refused.value.details["sku"]) == ("sku_taken", "A-1")


def test_imported_html_is_sanitized_and_stored_without_markdown() -> None:
    product = make_product(description_html="<h1>Big</h1><p onclick='x'>Text</p>")
    assert (product.description, product.description_html) == ("", "<h3>Big</h3><p>Text</p>")


def test_a_parent_has_the_page_and_its_variants_the_prices() -> None:
    parent = make_product_with_variants("Pheran", options={"Size": ("S", "M")}, prices=("200.00", "220.00"))
    variants = variants_of(parent)
    assert (parent.kind, parent.price, parent.sku, parent.option_names) == (Kind.PARENT, None, None, ["Size"])
    assert [(one.kind, one.slug, one.price, one.option_values) for one in variants] == [
        (Kind.VARIANT, None, 20000, {"Size": "S"}),
        (Kind.VARIANT, None, 22000, {"Size": "M"}),
    ]
    assert [attributes(one) for one in variants] == [{AttributeKind.SIZE: ["S"]}, {AttributeKind.SIZE: ["M"]}]
