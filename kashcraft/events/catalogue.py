"""What the catalogue tells."""

from dataclasses import dataclass

from kashcraft.core.ids import ProductId


@dataclass(frozen=True)
class ProductChanged:
    """Something that pages show of a piece has changed, or the piece is new."""

    product_id: ProductId


@dataclass(frozen=True)
class PriceChanged:
    """The price of something that can be bought has changed; amounts are minor units."""

    product_id: ProductId
    old_price: int | None
    new_price: int


@dataclass(frozen=True)
class ProductArchived:
    """A piece is no longer made or sold."""

    product_id: ProductId
