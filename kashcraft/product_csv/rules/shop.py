"""What the shop has, in the shape in which a file is compared with it and written from it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kashcraft.product_csv.rules.products import ChoiceFacts, PageFacts
from kashcraft.product_csv.rules.sales import Sale


@dataclass(frozen=True, slots=True)
class ShopPicture:
    """A stored picture: ``stem`` is its path under the media folder without width and ending."""

    stem: str
    alt: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopChoice(ChoiceFacts):
    """Something that can be bought; ``sale_price`` is None unless the sale runs now.

    ``sale`` is also one that will begin, and none that is over.
    ``pictures`` are the stems of those pictures of its page that show it, in their order.
    """

    product_id: UUID
    quantity: int
    is_counted: bool = True
    pictures: tuple[str, ...] = ()
    sale: Sale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProduct(PageFacts):
    """A page of the shop and what can be bought on it; ``types`` are its shelves, the main one first,
    ``type_slugs`` their addresses.

    ``retired`` are choices that were archived by themselves; a file that names them brings them back.
    """

    product_id: UUID
    is_family: bool
    story_html: str
    types: tuple[str, ...]
    type_slugs: frozenset[str] = frozenset()
    choices: tuple[ShopChoice, ...]
    retired: tuple[ShopChoice, ...] = ()
    pictures: tuple[ShopPicture, ...]
    addresses: tuple[str, ...]
