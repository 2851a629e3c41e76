"""A removed picture is packed for its undo, and subjects name what an upload is for."""

from uuid import UUID

from kashcraft.catalogue.rules.picture_changes import RemovedPicture, image_subject, product_subject
from kashcraft.core.ids import ImageId, ProductId
from kashcraft.uploads.rules.pictures import StoredPicture

ONE = UUID("018f0000-0000-7000-8000-000000000001")


def test_a_removed_picture_is_packed_and_unpacked() -> None:
    removed = RemovedPicture(ProductId(ONE), StoredPicture("a-0", 10, 20, (5, 10)), "A", 2, (ProductId(ONE),))
    packed = {
        "product_id": str(ONE), "picture": "a-0 10x20 5 10", "alt": "A", "place": 2,
        "variants": str(ONE),
    }  # fmt: skip
    assert removed.packed() == packed
    assert RemovedPicture.unpacked(packed) == removed


def test_subjects() -> None:
    assert product_subject(ProductId(ONE)) == "product:018f0000-0000-7000-8000-000000000001"
    assert image_subject(ImageId(ONE)) == "image:018f0000-0000-7000-8000-000000000001"
