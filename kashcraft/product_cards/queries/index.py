"""The facet index of this process, read by every list. It follows the changes of the catalogue in place.

A change of single products reads these products and makes the next index of the old one. The whole catalogue
is read only at the start, after a change of more than 2,000 products, and when the log does not reach back.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

import structlog

from kashcraft.catalogue.queries import find_changes, get_tree, get_version
from kashcraft.core.caches import Cache
from kashcraft.core.db import db, in_a_step
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.product_cards.queries.indexed import get_all_products, get_some_products
from kashcraft.product_cards.rules import Index, IndexDraft

# One thread follows changes, the others wait for it.
FOLLOWING = threading.Lock()
# One thread reads the whole catalogue, the others use the old index.
BUILDING = threading.Lock()
# Changes of more products are not followed.
MOST_PRODUCTS = 2000
# Indexes with as many unused positions are built anew, once they are a quarter of all.
MOST_HOLES = 1000
_serials = count(1)
log = structlog.get_logger()


@dataclass(frozen=True)
class Current:
    """The index of the process, and the products that have changed since the version ``since``, each with
    the version of its last change.
    """

    index: Index
    since: int
    changed: Mapping[ProductId, int] = field(default_factory=dict)


INDEX_CACHE: Cache[str, Current] = Cache("facet index", most=1)


def get_index(now: datetime) -> Index:
    """Return an index of the current catalogue version at ``now``, or of a newer one.

    One statement while it is current, at most six where it follows changes. While one thread reads the whole
    catalogue after a change of very many products, the others get the old index: pages made from it have to
    take prices from the database, and the version is part of their keys.
    """
    current, known = get_version(), INDEX_CACHE.get("all")
    if known is None:
        return _built_anew(None, current, now)
    if _holds(known.index, current, now):
        return known.index
    with FOLLOWING:
        known = INDEX_CACHE.get("all") or known
        if _holds(known.index, current, now):
            return known.index
        if known.index.version > current and (in_a_step() or db.session().in_transaction()):
            return known.index  # this transaction does not see the change that was followed
        followed = _follow(known, current, now)
        if followed is not None:
            INDEX_CACHE.put("all", followed)
    if followed is None or _is_worn(followed.index):
        return _built_anew(followed or known, current, now)
    return followed.index


def is_unchanged(product_id: ProductId, since: int, current: int) -> bool:
    """Return whether a product that was read at the version ``since`` has not changed up to ``current``."""
    if since == current:
        return True
    known = INDEX_CACHE.get("all")
    if known is None or known.index.version < current or since < known.since:
        return False
    return known.changed.get(product_id, 0) <= since


def _holds(index: Index, current: int, now: datetime) -> bool:
    return index.version == current and (index.valid_until is None or now < index.valid_until)


def _is_worn(index: Index) -> bool:
    return index.holes > MOST_HOLES and index.holes * 4 > index.size


def _built_anew(known: Current | None, current: int, now: datetime) -> Index:
    """Return a new index; while another thread builds it, the known one."""
    if not BUILDING.acquire(blocking=known is None) and known is not None:
        return known.index
    try:
        latest = INDEX_CACHE.get("all")
        if latest is not None and latest is not known and _holds(latest.index, current, now):
            return latest.index
        draft = IndexDraft()
        for product in get_all_products(now):
            draft.put(product)
        index = draft.finish(current, next(_serials), _below())
        # After a backup was restored, the version is lower than that of what was cached before.
        since = max(current, known.index.version if known is not None else 0)
        with FOLLOWING:
            INDEX_CACHE.put("all", Current(index, since=since))
        return index
    finally:
        BUILDING.release()


def _follow(known: Current, current: int, now: datetime) -> Current | None:
    """Return the index with all changes since ``known``, None where the catalogue has to be read again."""
    try:
        return _followed(known, current, now)
    except Exception:
        log.exception("the facet index could not follow a change and is built anew")
        return None


def _followed(known: Current, current: int, now: datetime) -> Current | None:
    index, since, products = known.index, known.since, dict(known.changed)
    ids = set(index.due_at(now))
    if index.version != current:
        changes = find_changes(index.version, current, most=MOST_PRODUCTS)
        if changes is None:
            return None
        if index.version > current:
            return known  # the version was read before the change that another thread has followed
        ids.update(changes.products)
        products |= changes.products
        if changes.categories or len(products) > MOST_PRODUCTS:
            since, products = current, {}  # cards also show names of categories
    draft = IndexDraft(index)
    found = {product.id: product for product in get_some_products(ids, now)} if ids else {}
    for product_id in ids:
        if product_id in found:
            draft.put(found[product_id])
        else:
            draft.remove(product_id)
    return Current(draft.finish(current, next(_serials), _below()), since, products)


def _below() -> dict[CategoryId, list[CategoryId]]:
    """Return each category with those below it, itself included."""
    categories = get_tree()
    below: dict[CategoryId, list[CategoryId]] = {}
    for category in categories.by_id.values():
        for one in categories.path_to(category):
            below.setdefault(one.id, []).append(category.id)
    return below
