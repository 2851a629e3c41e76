"""What the catalogue tells."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ProductChanged:
    """Something that pages show of a piece has changed, or the piece is new."""

    product_id: UUID


@dataclass(frozen=True)
class PriceChanged:
    """The price of something that can be bought has changed; amounts are minor units."""

    product_id: UUID
    old_price: int | None
    new_price: int


@dataclass(frozen=True)
class ProductArchived:
    """A piece is no longer made or sold."""

    product_id: UUID
