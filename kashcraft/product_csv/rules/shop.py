"""What the shop has, in the shape in which a file is compared with it and written from it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kashcraft.product_csv.rules.products import Publication


@dataclass(frozen=True, slots=True)
class ShopPicture:
    """A stored picture: ``stem`` is its path under the media folder without width and ending."""

    stem: str
    alt: str
    width: int


@dataclass(frozen=True, slots=True)
class ShopChoice:
    """Something that can be bought, in minor units; ``sale_price`` is None unless the sale runs now."""

    product_id: UUID
    values: tuple[str, ...]
    sku: str
    price: int
    sale_price: int | None
    cost: int | None
    grams: int
    quantity: int
    taxable: bool


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """A page of the shop and what can be bought on it; ``types`` are its shelves, the main one first."""

    product_id: UUID
    is_family: bool
    slug: str
    name: str
    story: str
    story_html: str
    vendor: str
    types: tuple[str, ...]
    tags: tuple[str, ...]
    publication: Publication
    is_gift_card: bool
    seo_title: str
    seo_description: str
    option_names: tuple[str, ...]
    choices: tuple[ShopChoice, ...]
    pictures: tuple[ShopPicture, ...]
    addresses: tuple[str, ...]
