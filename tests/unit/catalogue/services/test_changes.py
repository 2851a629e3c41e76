"""Changes return the fields that differed; old addresses redirect."""

from dataclasses import replace
from uuid import uuid4

import pytest

from kashcraft.catalogue import services
from kashcraft.catalogue.models import RedirectKind, Status
from kashcraft.catalogue.queries import find_new_slug, get_version
from kashcraft.catalogue.rules import PageInput, SkuInput
from kashcraft.core.db import step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.money import Money
from tests.factories.catalogue import (
    PUBLISHED,
    make_category,
    make_product,
    make_product_with_variants,
    variants_of,
)

pytestmark = pytest.mark.usefixtures("database")

PAGE = PageInput(name="Bowl", published_at=PUBLISHED)
SOLD = SkuInput(sku="BOWL", price=Money(4000, "USD"))


def test_only_changed_fields_are_returned() -> None:
    category = make_category()
    product = make_product("Bowl", sku="BOWL")
    with step():
        changed = services.update_product(
            product_id=product.id,
            page=replace(PAGE, summary="Turned", materials=("Walnut",), category_ids=(category.id,)),
            sold=replace(SOLD, price=Money(4500, "USD")),
        )
    assert sorted(changed) == ["categories", "material", "price", "summary"]


def test_unchanged_input_leaves_the_version() -> None:
    product = make_product("Bowl", sku="BOWL")
    before = get_version()
    with step():
        assert services.update_product(product_id=product.id, page=PAGE, sold=SOLD) == []
    assert get_version() == before


def test_a_page_without_a_new_date_has_its_old_one() -> None:
    product = make_product("Bowl", sku="BOWL")
    with step():
        assert services.update_product(product_id=product.id, page=replace(PAGE, published_at=None)) == []
    assert product.published_at == PUBLISHED


def test_a_new_name_is_copied_to_the_variants() -> None:
    parent = make_product_with_variants("Cap")
    with step():
        services.update_product(product_id=parent.id, page=replace(PAGE, name="Warm cap"))
    assert {one.name for one in variants_of(parent)} == {"Warm cap"}


def test_an_old_address_redirects_and_can_be_used_again() -> None:
    product = make_product("Bowl")
    for slug in ("big-bowl", "great-bowl"):
        with step():
            services.rename_product(product_id=product.id, slug=slug)
    assert find_new_slug(RedirectKind.PRODUCT, "bowl") == "great-bowl"
    assert find_new_slug(RedirectKind.PRODUCT, "big-bowl") == "great-bowl"
    make_product("Bowl", slug="bowl")
    assert find_new_slug(RedirectKind.PRODUCT, "bowl") is None


def test_a_product_can_return_to_its_old_address() -> None:
    product = make_product("Bowl")
    for slug in ("big-bowl", "bowl"):
        with step():
            services.rename_product(product_id=product.id, slug=slug)
    assert product.slug == "bowl"
    assert find_new_slug(RedirectKind.PRODUCT, "big-bowl") == "bowl"


def test_a_new_price_leaves_the_other_fields_unchanged() -> None:
    product = make_product(sku="BOWL", sold={"weight_grams": 300, "cost": Money(1000, "USD")})
    with step():
        services.set_price(product_id=product.id, price=Money(5000, "USD"), sale_price=Money(4500, "USD"))
    assert (product.price, product.sale_price, product.cost, product.weight_grams) == (5000, 4500, 1000, 300)


def test_parents_have_no_price_and_variants_no_page() -> None:
    parent = make_product_with_variants()
    with pytest.raises(DomainError, match="is_not_sold"), step():
        services.set_price(product_id=parent.id, price=Money(1, "USD"))
    with pytest.raises(DomainError, match="has_no_page"), step():
        services.rename_product(product_id=variants_of(parent)[0].id, slug="x")
    with pytest.raises(DomainError, match="has_no_page"), step():
        services.update_product(product_id=variants_of(parent)[0].id, page=PAGE)


def test_a_product_is_archived_with_its_variants_once() -> None:
    parent = make_product_with_variants()
    with step():
        services.archive_product(product_id=parent.id)
    after = get_version()
    with step():
        services.archive_product(product_id=parent.id)
    assert {one.status for one in (parent, *variants_of(parent))} == {Status.ARCHIVED}
    assert get_version() == after


def test_rating_and_units_sold_are_stored_with_the_page() -> None:
    product = make_product()
    with step():
        services.set_rating(product_id=product.id, count=3, total=13)
        services.count_sold(sold={product.id: 4})
    with step():
        services.count_sold(sold={product.id: 1})
    assert (product.rating_count, product.rating_total, product.sold_count) == (3, 13, 5)


def test_unknown_products_are_not_found() -> None:
    with pytest.raises(NotFound), step():
        services.archive_product(product_id=uuid4())
