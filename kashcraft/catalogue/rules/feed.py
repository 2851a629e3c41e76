"""A product or variant as a feed for other programs needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import Money


@dataclass(frozen=True, kw_only=True)
class FeedProduct:
    """What can be bought: a variant with its page, or a product without variants.

    ``pictures`` are the names of the largest files without ending, those of the variant first.
    """

    id: ProductId
    page_id: ProductId
    sku: str
    name: str
    slug: str
    option_values: Mapping[str, str]
    summary: str
    description_html: str
    brand: str
    category_id: CategoryId | None
    pictures: tuple[str, ...]
    price: Money
    sale_price: Money | None
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    weight_grams: int
    colors: tuple[str, ...]
    sizes: tuple[str, ...]
    materials: tuple[str, ...]
