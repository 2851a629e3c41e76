"""Events of the catalogue."""

from dataclasses import dataclass

from kashcraft.core.ids import ProductId


@dataclass(frozen=True)
class ProductChanged:
    """The content of a product page has changed, or the product is new."""

    product_id: ProductId


@dataclass(frozen=True)
class PriceChanged:
    """The price of a product or variant has changed. Amounts are minor units."""

    product_id: ProductId
    old_price: int | None
    new_price: int


@dataclass(frozen=True)
class SaleBegan:
    """The sale of a product or variant that visitors see has begun. Amounts are minor units."""

    product_id: ProductId
    price: int
    sale_price: int


@dataclass(frozen=True)
class SaleEnded:
    """A sale that had begun is over, by its end or by a change; ``price`` is the regular price."""

    product_id: ProductId
    price: int


@dataclass(frozen=True)
class ProductArchived:
    """A product was archived and is no longer sold."""

    product_id: ProductId
