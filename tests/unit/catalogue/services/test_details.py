"""Pictures, filters, categories and related products of a product."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from kashcraft.catalogue import services
from kashcraft.catalogue.models import AttributeKind, ProductImage, RelatedProduct
from kashcraft.catalogue.rules import StoredPicture
from kashcraft.core.db import db, step
from kashcraft.core.errors import NotFound
from tests.factories.catalogue import make_category, make_product

pytestmark = pytest.mark.usefixtures("database")
PICTURE = StoredPicture("bowl-0123456789ab", 960, 1200, (320, 640, 960))


def test_pictures_are_appended() -> None:
    product = make_product()
    with step():
        first = services.add_image(product_id=product.id, picture=PICTURE, alt="Bowl")
        second = services.add_image(product_id=product.id, picture=PICTURE, alt="Bowl from above")
    assert [(one.position, one.widths) for one in (first, second)] == [(0, "320 640 960"), (1, "320 640 960")]
    with step():
        services.remove_image(image_id=first.id)
    assert db.session.scalars(sa.select(ProductImage.alt)).all() == ["Bowl from above"]
    with pytest.raises(NotFound), step():
        services.remove_image(image_id=first.id)


def test_a_picture_needs_its_product() -> None:
    with pytest.raises(NotFound), step():
        services.add_image(product_id=uuid4(), picture=PICTURE, alt="Bowl")


def test_filter_values_are_replaced() -> None:
    product = make_product(materials=("Wool", "Silk"), colours=("Red",))
    with step():
        changed = services.set_attributes(
            product_id=product.id,
            values={AttributeKind.MATERIAL: ["Silk", " Wool "], AttributeKind.COLOUR: ["Red"]},
        )
    assert changed == [AttributeKind.MATERIAL]


def test_categories_and_related_products_report_whether_they_differed() -> None:
    category, product, other = make_category(), make_product(), make_product()
    with step():
        assert services.set_categories(product_id=product.id, category_ids=[category.id])
        assert not services.set_categories(product_id=product.id, category_ids=[category.id])
        assert services.relate(product_id=product.id, related_ids=[other.id, product.id, other.id])
        assert not services.relate(product_id=product.id, related_ids=[other.id])
    assert db.session.scalars(sa.select(RelatedProduct.related_id)).all() == [other.id]
