"""Products of the shop in the form in which files are compared with them and written from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kashcraft.core.ids import ProductId
from kashcraft.product_csv.rules.products import PageFields, VariantFields
from kashcraft.product_csv.rules.sales import Sale


@dataclass(frozen=True, slots=True)
class ShopPicture:
    """A stored picture: ``stem`` is its path below the media folder without width and ending."""

    stem: str
    alt: str
    width: int


class SourceState(StrEnum):
    """The state of a picture address: stored only, waiting to be fetched, fetched, or given up."""

    STORED = "kept"
    WAITING = "waiting"
    FETCHED = "fetched"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSource:
    """The address of a picture, with its text and the variants that it shows.

    ``stem`` is that of the fetched picture, empty until then.
    """

    state: SourceState
    stem: str = ""
    alt: str = ""
    variant_ids: tuple[ProductId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopVariant(VariantFields):
    """A variant of the shop; ``sale_price`` is None unless the sale runs now.

    ``sale`` is the running or planned sale. ``pictures`` are the stems of the pictures that show this
    variant, in their order.
    """

    product_id: ProductId
    quantity: int
    is_counted: bool = True
    pictures: tuple[str, ...] = ()
    sale: Sale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProduct(PageFields):
    """A page of the shop with its variants; ``types`` are its categories, the main one first, ``type_slugs``
    their slugs.

    ``retired`` are variants that were archived on their own; a file that names them restores them.
    ``addresses`` are those of missing pictures. ``sources`` has the sources of these and of fetched pictures
    by address.
    """

    product_id: ProductId
    has_variants: bool
    description_html: str
    types: tuple[str, ...]
    type_slugs: frozenset[str] = frozenset()
    variants: tuple[ShopVariant, ...]
    retired: tuple[ShopVariant, ...] = ()
    pictures: tuple[ShopPicture, ...]
    addresses: tuple[str, ...]
    sources: Mapping[str, ShopSource] = field(default_factory=dict)
