"""The products that the page of a product shows beside it: chosen by staff, and similar ones."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kashcraft.catalogue.queries import get_version
from kashcraft.core.caches import Cache
from kashcraft.core.ids import ProductId
from kashcraft.core.settings import settings
from kashcraft.inventory import queries as inventory
from kashcraft.inventory.queries import StockSnapshot
from kashcraft.product_cards.queries import is_unchanged, list_cards
from kashcraft.product_cards.rules import NEW_FOR, Card, Index, similar_to
from kashcraft.storefront.queries.freshness import get_index_and_key

SIMILAR = 4
SIMILAR_IDS: Cache[tuple[int, ProductId, int], tuple[ProductId, ...]] = Cache("similar products", most=512)


@dataclass(frozen=True)
class OtherProducts:
    """The products beside one: ``related_ids``, of which the first few that are shown appear, and
    ``similar_ids``.

    ``key`` has all that their cards show of the moment: prices, ``stock``, and which are new.
    """

    related_ids: tuple[ProductId, ...]
    similar_ids: tuple[ProductId, ...]
    stock: Sequence[StockSnapshot]
    key: tuple[Hashable, ...]

    def are_unchanged(self, since: int) -> bool:
        """Return whether none of them has changed since a catalogue version, up to that of the request."""
        current = get_version()
        return all(is_unchanged(one, since, current) for one in (*self.related_ids, *self.similar_ids))


@dataclass(frozen=True)
class OtherCards:
    """The cards of other products."""

    related: Sequence[Card]
    similar: Sequence[Card]


def get_other_products(
    product_id: ProductId, related_ids: Sequence[ProductId], now: datetime
) -> OtherProducts:
    """Return what the page of a product shows beside it. One statement, which reads their stock."""
    index, _ = get_index_and_key(now)
    found = _similar_to(index, product_id, SIMILAR + len(related_ids))
    similar_ids = tuple(one for one in found if one not in related_ids)[:SIMILAR]
    ids = (*related_ids, *similar_ids)
    prices = [index.prices_of(one) for one in ids]
    stock = inventory.list_stock_snapshots([variant_id for one in prices for variant_id in one])
    free = {row.id: (row.free, row.is_held) for row in stock}
    state = tuple(
        tuple((price, *free.get(variant_id, ())) for variant_id, price in one.items()) for one in prices
    )
    are_new = tuple(index.is_published_after(one, now - NEW_FOR) for one in ids)
    # While another thread builds the index, this one may be older than a sale that has started or ended.
    due, shown = len(index.due_at(now)), settings().shown_key
    key = ("others", tuple(related_ids), similar_ids, state, are_new, due, shown)
    return OtherProducts(tuple(related_ids), similar_ids, stock, key)


def get_other_cards(others: OtherProducts, now: datetime) -> OtherCards:
    """Return the cards of other products, with the stock of their key. One statement, none where the contents
    of all cards are cached.
    """
    shown = list_cards([*others.related_ids, *others.similar_ids], now, stock=others.stock)
    return OtherCards(
        related=[card for card in shown if card.product_id in others.related_ids][:SIMILAR],
        similar=[card for card in shown if card.product_id not in others.related_ids],
    )


def _similar_to(index: Index, product_id: ProductId, count: int) -> tuple[ProductId, ...]:
    key = (index.serial, product_id, count)
    return SIMILAR_IDS.get_or_compute(key, lambda: tuple(similar_to(index, product_id, count)))
