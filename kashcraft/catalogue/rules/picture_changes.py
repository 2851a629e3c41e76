"""What uploads call a product and a picture, and what the undo of a removal needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kashcraft.core.ids import ImageId, ProductId
from kashcraft.uploads.rules.pictures import StoredPicture, pack_picture, unpack_picture

PURPOSE = "product"


def product_subject(product_id: ProductId) -> str:
    """Return the subject of uploads of new pictures of a product."""
    return f"product:{product_id}"


def image_subject(image_id: ImageId) -> str:
    """Return the subject of uploads that replace a picture."""
    return f"image:{image_id}"


@dataclass(frozen=True)
class RemovedPicture:
    """A picture that was removed from ``place`` (0 is the first) among the pictures of a product."""

    product_id: ProductId
    picture: StoredPicture
    alt: str
    place: int
    variant_ids: tuple[ProductId, ...]

    def packed(self) -> dict[str, object]:
        """Return it as plain JSON values."""
        return {
            "product_id": str(self.product_id),
            "picture": pack_picture(self.picture),
            "alt": self.alt,
            "place": self.place,
            "variants": " ".join(map(str, self.variant_ids)),
        }

    @classmethod
    def unpacked(cls, values: Mapping[str, object]) -> RemovedPicture:
        """Return the picture of the values of ``packed``."""
        return cls(
            ProductId(UUID(str(values["product_id"]))),
            unpack_picture(str(values["picture"])),
            str(values["alt"]),
            int(str(values["place"])),
            tuple(ProductId(UUID(one)) for one in str(values["variants"]).split()),
        )
