"""The pictures of a product with its variants, as staff edit them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kashcraft.catalogue.queries.pictures import find_listed_picture, get_pictured_product
from kashcraft.core.db import step
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import ImageId, new_id
from tests.factories.catalogue import add_picture, make_product, make_product_with_variants, variants_of


def test_a_product_with_pictures_and_variants(database: Flask, count_statements: Any) -> None:
    product = make_product_with_variants("Wrap", slug="wrap")
    variants = variants_of(product)
    with step():
        add_picture(product, "Both", "both-0123456789ab", [variants[1].id, variants[0].id])
        add_picture(product, "All", "all-0123456789ab")

    with count_statements() as statements:
        found = get_pictured_product(product.id)

    assert len(statements) == 4
    assert (found.name, found.slug) == ("Wrap", "wrap")
    assert found.variants == tuple((one.id, size) for one, size in zip(variants, "SML", strict=True))
    assert [(one.alt, one.widths, len(one.variant_ids)) for one in found.pictures] == [
        ("Both", (320, 640, 960, 1280), 2),
        ("All", (320, 640, 960, 1280), 0),
    ]
    both = find_listed_picture(product.id, found.pictures[0].id)
    assert both is not None
    assert (both == found.pictures[0], len({one.version for one in found.pictures})) == (True, 2)
    assert find_listed_picture(make_product().id, both.id) is None
    assert find_listed_picture(product.id, ImageId(new_id())) is None
    with pytest.raises(NotFound):
        get_pictured_product(variants[0].id)
