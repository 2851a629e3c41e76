"""The home page: a scene, new and loved pieces, the shelves."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kashcraft.catalogue.queries import tree
from kashcraft.catalogue.rules import Shelf, StoredPicture
from kashcraft.product_cards.queries import cards
from kashcraft.product_cards.rules import Card, Picture, pick
from kashcraft.storefront.queries.freshness import index_and_key

NEW_PIECES = LOVED_PIECES = 8


@dataclass(frozen=True)
class Tile:
    """A shelf with its picture and how many pieces it holds."""

    name: str
    url: str
    picture: Picture
    count: int


@dataclass(frozen=True)
class HomeView:
    """What the home page shows."""

    scene: Picture | None
    story: Picture | None
    new: Sequence[Card]
    loved: Sequence[Card]
    tiles: Sequence[Tile]


def home_key(now: datetime) -> tuple[Hashable, ...]:
    """Return what the home page depends on; one statement while the catalogue stays as it is."""
    _, key = index_and_key(now)
    return ("home", *key)


def home_view(now: datetime) -> HomeView:
    """Return the home page's content; one statement beside those of ``home_key``."""
    index, _ = index_and_key(now)
    new = [index.id_at(at) for at in pick(index.orders["new"], index.in_stock, 0, NEW_PIECES)]
    rest = index.in_stock & ~sum(1 << at for at in index.positions_of(new))
    loved = [index.id_at(at) for at in pick(index.orders["loved"], rest, 0, LOVED_PIECES)]
    shown, _ = cards([*new, *loved], now)
    fresh = {card.product_id for card in shown} & set(new)
    shelves = tree()
    scenes = [_picture(shelf) for shelf in shelves.roots if shelf.picture]
    tiles = [shelf for root in shelves.roots for shelf in (root.children or (root,))]
    return HomeView(
        scene=scenes[0] if scenes else None,
        story=scenes[1] if len(scenes) > 1 else None,
        new=[card for card in shown if card.product_id in fresh],
        loved=[card for card in shown if card.product_id not in fresh],
        tiles=[
            Tile(shelf.name, shelf.url, _picture(shelf), index.shelf(shelf.id).bit_count())
            for shelf in tiles
            if shelf.picture and index.shelf(shelf.id)
        ],
    )


def _picture(shelf: Shelf) -> Picture:
    stored = shelf.picture or StoredPicture("", 1, 1, ())
    return Picture(stored.stem, stored.width, stored.height, stored.widths, "")
