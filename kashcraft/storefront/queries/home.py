"""The home page: pictures, new and popular products, categories."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kashcraft.catalogue.queries import get_tree
from kashcraft.catalogue.rules import CategoryNode, StoredPicture
from kashcraft.core.ids import ProductId
from kashcraft.product_cards.queries import list_cards
from kashcraft.product_cards.rules import BitSet, Card, Index, Picture
from kashcraft.storefront.queries.freshness import get_index_and_key

NEW_PRODUCTS, LOVED_PRODUCTS = 8, 4
# These counts fill rows of two and rows of four.
FULL_ROWS = (8, 4)


@dataclass(frozen=True)
class Tile:
    """A category with a picture and the number of its products."""

    name: str
    url: str
    picture: Picture | None
    count: int


@dataclass(frozen=True)
class HomeView:
    """The content of the home page."""

    scene: Picture | None
    about: Picture | None
    new: Sequence[Card]
    loved: Sequence[Card]
    tiles: Sequence[Tile]


def get_home_key(now: datetime) -> tuple[Hashable, ...]:
    """Return the cache key of the home page. One statement while the catalogue does not change."""
    _, key = get_index_and_key(now)
    return ("home", *key)


def get_home_view(now: datetime) -> HomeView:
    """Return the content of the home page. One statement in addition to those of ``get_home_key``."""
    index, _ = get_index_and_key(now)
    in_stock = index.products(index.in_stock)
    newest = in_stock.pick(index.orders["new"], 0, NEW_PRODUCTS)
    rest = in_stock - BitSet.of(newest, index.size)
    new = [index.id_at(at) for at in newest]
    loved = [index.id_at(at) for at in rest.pick(index.orders["loved"], 0, LOVED_PRODUCTS)]
    categories = get_tree()
    tiles = _tile_products(
        index, [category for root in categories.roots for category in (root.children or (root,))]
    )
    shown = list_cards(list(dict.fromkeys([*new, *loved, *(product_id for _, product_id in tiles)])), now)
    by_id = {card.product_id: card for card in shown}
    largest = sorted(
        categories.roots, key=lambda category: -len(index.products(index.in_category(category.id)))
    )
    scenes = [_scene(category.picture) for category in largest if category.picture]
    return HomeView(
        scene=scenes[0] if scenes else None,
        about=scenes[1] if len(scenes) > 1 else None,
        new=[by_id[one] for one in new if one in by_id],
        loved=[by_id[one] for one in loved if one in by_id],
        tiles=[
            Tile(
                category.name,
                category.url,
                by_id[product_id].picture,
                len(index.products(index.in_category(category.id))),
            )
            for category, product_id in tiles
            if product_id in by_id
        ],
    )


def _tile_products(index: Index, categories: Sequence[CategoryNode]) -> list[tuple[CategoryNode, ProductId]]:
    """Return the categories to show as tiles in their order, each with its most loved product.

    The categories with the most products are chosen, as many as fill whole rows.
    """
    found = []
    for category in categories:
        products = index.products(index.in_category(category.id))
        best = products.pick(index.orders["loved"], 0, 1)
        if best:
            found.append((len(products), category, index.id_at(best[0])))
    shown = next((count for count in FULL_ROWS if count <= len(found)), len(found))
    least = sorted((count for count, _category, _id in found), reverse=True)[:shown]
    chosen: list[tuple[CategoryNode, ProductId]] = []
    for count, category, product_id in found:
        if count in least:
            least.remove(count)
            chosen.append((category, product_id))
    return chosen


def _scene(stored: StoredPicture) -> Picture:
    size = (stored.stem, stored.width, stored.height, stored.widths)
    return Picture(*size, shown_up_to=stored.width, square=stored.square)
