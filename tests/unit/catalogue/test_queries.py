"""Editions: whether the catalogue has changed since they were read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue import services
from kashcraft.catalogue.models import AttributeKind, Product, ProductImage
from kashcraft.catalogue.queries import get_edition, get_version, is_current
from kashcraft.core.db import db, step
from kashcraft.core.money import Money
from tests.factories.catalogue import (
    add_picture,
    make_category,
    make_product,
    make_product_with_variants,
    variants_of,
)


def changed(action: Callable[[], Any]) -> None:
    with step():
        action()
        services.touch()


def test_counters_do_not_make_an_edition_outdated(database: Flask) -> None:
    shawl = make_product()
    known = get_edition([shawl.id])

    changed(lambda: services.count_sold(sold={shawl.id: 3}))
    changed(lambda: services.set_rating(product_id=shawl.id, count=1, total=5))

    assert is_current(known)
    assert get_edition([shawl.id]).version > known.version


def test_other_pages_do_not_make_an_edition_outdated(database: Flask) -> None:
    shawl, bowl = make_product("Shawl"), make_product("Bowl")
    known = get_edition([shawl.id])

    changed(lambda: services.set_price(product_id=bowl.id, price=Money(1, "USD")))
    make_product("Tray")

    assert is_current(known)


@pytest.mark.parametrize(
    "action",
    [
        lambda parent, variant: db.session.execute(
            sa.update(Product).where(Product.id == parent.id).values(vendor="x")
        ),
        lambda parent, variant: services.set_price(product_id=variant, price=Money(1, "USD")),
        lambda parent, variant: services.archive_product(product_id=variant),
        lambda parent, variant: services.set_attributes(
            product_id=parent.id, values={AttributeKind.TAG: ["Gift"]}
        ),
        lambda parent, variant: services.set_categories(
            product_id=parent.id, category_ids=[services.create_category(name="Gifts").id]
        ),
        lambda parent, variant: services.set_image_variants(
            image_id=picture_of(parent), variant_ids=[variant]
        ),
        lambda parent, variant: services.remove_image(image_id=picture_of(parent)),
        lambda parent, variant: services.create_category(name="Elsewhere"),
    ],
    ids=["page", "price", "choice", "filters", "categories", "choices shown", "pictures", "new category"],
)
def test_each_change_of_a_page_or_variant_makes_an_edition_outdated(
    database: Flask, action: Callable[[Product, Any], Any]
) -> None:
    parent = make_product_with_variants()
    with step():
        add_picture(parent)
    known = get_edition([parent.id])
    variant = variants_of(parent)[0].id

    changed(lambda: action(parent, variant))

    assert not is_current(known)


def picture_of(parent: Product) -> Any:
    return db.session.scalars(sa.select(ProductImage.id).where(ProductImage.product_id == parent.id)).one()


def test_an_edition_read_during_a_change_is_never_current(database: Flask) -> None:
    shawl, since = make_product(), get_version()
    make_category("Gifts")

    assert not is_current(get_edition([shawl.id], since=since))
    assert is_current(get_edition([shawl.id], since=get_version()))
