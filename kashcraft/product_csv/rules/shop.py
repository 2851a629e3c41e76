"""What the shop has, in the shape in which a file is compared with it and written from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kashcraft.core.ids import ProductId
from kashcraft.product_csv.rules.products import ChoiceFields, PageFields
from kashcraft.product_csv.rules.sales import Sale


@dataclass(frozen=True, slots=True)
class ShopPicture:
    """A stored picture: ``stem`` is its path under the media folder without width and ending."""

    stem: str
    alt: str
    width: int


class SourceState(StrEnum):
    """What becomes of the picture at an address: nobody has asked for it yet, or it is to be fetched, is
    there, or will not be tried any more.
    """

    KEPT = "kept"
    WAITING = "waiting"
    FETCHED = "fetched"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSource:
    """An address that a picture comes from, with its text and the choices that it shows.

    ``stem`` is that of the picture once it is there, and empty until then.
    """

    state: SourceState
    stem: str = ""
    alt: str = ""
    variant_ids: tuple[ProductId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopChoice(ChoiceFields):
    """Something that can be bought; ``sale_price`` is None unless the sale runs now.

    ``sale`` is also one that will begin, and none that is over.
    ``pictures`` are the stems of those pictures of its page that show it, in their order.
    """

    product_id: ProductId
    quantity: int
    is_counted: bool = True
    pictures: tuple[str, ...] = ()
    sale: Sale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProduct(PageFields):
    """A page of the shop and what can be bought on it; ``types`` are its shelves, the main one first,
    ``type_slugs`` their addresses.

    ``retired`` are choices that were archived by themselves; a file that names them brings them back.
    ``addresses`` are those of pictures that the page lacks; ``sources`` says what is known of each, and of
    those whose pictures are there.
    """

    product_id: ProductId
    is_family: bool
    description_html: str
    types: tuple[str, ...]
    type_slugs: frozenset[str] = frozenset()
    choices: tuple[ShopChoice, ...]
    retired: tuple[ShopChoice, ...] = ()
    pictures: tuple[ShopPicture, ...]
    addresses: tuple[str, ...]
    sources: Mapping[str, ShopSource] = field(default_factory=dict)
