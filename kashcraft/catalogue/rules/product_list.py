"""Products as staff list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kashcraft.catalogue.rules.kinds import Status
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import Money
from kashcraft.uploads.rules.pictures import StoredPicture


@dataclass(frozen=True, kw_only=True)
class ProductSearch:
    """Which products a list shows: each of ``words`` in name or SKU, in one of ``category_ids``.

    Without categories all match. ``is_on_sale`` and ``is_sold_out`` leave out all others. ``sort`` is name,
    price or added.
    """

    words: str = ""
    status: Status | None = None
    category_ids: tuple[CategoryId, ...] = ()
    is_on_sale: bool = False
    is_sold_out: bool = False
    sort: str = "added"
    descending: bool = True


@dataclass(frozen=True, kw_only=True)
class SoldRow:
    """What can be bought of a product: itself or a variant, with ``options`` as text, and its prices."""

    id: ProductId
    page_id: ProductId
    name: str
    options: str
    sku: str
    price: Money
    sale_price: Money | None


@dataclass(frozen=True, kw_only=True)
class PageRow:
    """A product page with its status and tags."""

    id: ProductId
    name: str
    status: Status
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ListedProduct:
    """A product of the list, with the prices of what can be bought, in minor units.

    ``low`` and ``high`` are the lowest and highest current price, None where nothing can be bought. ``units``
    can be bought; ``variants`` counts them, 0 for a product without options.
    """

    id: ProductId
    name: str
    slug: str
    skus: tuple[str, ...]
    status: Status
    publish_at: datetime | None
    currency: str
    low: int | None
    high: int | None
    is_on_sale: bool
    units: int
    variants: int
    picture: StoredPicture | None
