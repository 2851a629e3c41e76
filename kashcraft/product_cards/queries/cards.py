"""Cards of any number of products, with prices, stock and pictures, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product, Status
from kashcraft.catalogue.queries import get_tree, get_version
from kashcraft.core import autocommit
from kashcraft.core.caches import Cache
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.inventory import queries as inventory
from kashcraft.product_cards.presenters import variants_note
from kashcraft.product_cards.queries.columns import main_category_id, pictures_text, variant_pictures_text
from kashcraft.product_cards.queries.index import is_unchanged
from kashcraft.product_cards.rules import (
    Card,
    CardContent,
    CardContentRow,
    HasPrice,
    Variant,
    build_card,
    card_content,
    read_pictures,
)

# Each with the catalogue version of its read; None for a product that is not shown.
CARD_CONTENTS: Cache[ProductId, tuple[int, CardContent | None]] = Cache("card contents", most=1024)
_is_page = Product.parent_id.is_(None)


class _Row(CardContentRow, HasPrice, Protocol):
    parent_id: ProductId | None
    kind: Kind
    status: Status
    option_values: dict[str, str]
    is_gift_card: bool
    one_of_a_kind: bool
    reference_price: int | None
    free: int | None
    is_held: bool | None
    category_id: CategoryId | None


_COLUMNS = sa.select(
    Product.id,
    Product.parent_id,
    Product.kind,
    Product.status,
    Product.name,
    Product.slug,
    Product.option_names,
    Product.option_values,
    Product.price,
    Product.sale_price,
    Product.sale_starts_at,
    Product.sale_ends_at,
    Product.reference_price,
    Product.currency,
    Product.rating_count,
    Product.rating_total,
    Product.published_at,
    Product.is_gift_card,
    Product.one_of_a_kind,
    inventory.of_product(inventory.free_units()).label("free"),
    inventory.of_product(inventory.is_being_bought()).label("is_held"),
    sa.case((_is_page, main_category_id())).label("category_id"),
    sa.case((_is_page, pictures_text(2)), else_=variant_pictures_text(2)).label("pictures"),
)


@cache
def _content_statement(*, arrays: bool) -> sa.Executable:
    ids, parents = (
        autocommit.among(Product.id, arrays=arrays),
        autocommit.among(Product.parent_id, arrays=arrays),
    )
    return _COLUMNS.where(sa.or_(ids, parents))


def list_cards(
    product_ids: Sequence[ProductId],
    now: datetime,
    variant_ids: Mapping[ProductId, Sequence[ProductId]] | None = None,
    *,
    stock: Sequence[inventory.StockSnapshot] | None = None,
) -> list[Card]:
    """Return the cards of ``product_ids`` in that order, without those that are not shown or cannot be
    bought.

    ``variant_ids`` are the variants of a product that its card shows, where not all of them. Card contents
    are cached until their product changes. Stock is read every time, unless the caller has read ``stock``, as
    of the last sweep: expired holds may still count for half a minute. Units that an unpaid order holds are
    not sold out. One statement, none for no ids.
    """
    if not product_ids:
        return []
    known, rows = _contents(product_ids)
    shown = [content for product_id in product_ids if (content := known[product_id]) is not None]
    found: Sequence[inventory.StockSnapshot] | None = stock if stock is not None else rows
    if found is None:
        stocked = [one.id for content in shown for one in content.variants if one.is_stocked]
        found = inventory.list_stock_snapshots(stocked)
    selected = variant_ids or {}
    free = {row.id: row.free for row in found if row.free is not None}
    held = {row.id for row in found if row.is_held}
    return [build_card(content, free, now, selected.get(content.product_id, ()), held) for content in shown]


def _contents(
    product_ids: Sequence[ProductId],
) -> tuple[dict[ProductId, CardContent | None], Sequence[_Row] | None]:
    """Return the card contents of products, and their rows where a content was not cached.

    These also have the stock of the other products, so that there is no second statement.
    """
    number = get_version()
    known = {
        product_id: cached[1]
        for product_id, cached in zip(product_ids, CARD_CONTENTS.get_many(product_ids), strict=True)
        if cached is not None and is_unchanged(product_id, cached[0], number)
    }
    missing = {product_id for product_id in product_ids if product_id not in known}
    if not missing:
        return known, None
    rows = autocommit.rows(_content_statement(arrays=autocommit.is_postgres()), {"ids": list(product_ids)})
    read = _card_contents([row for row in rows if (row.parent_id or row.id) in missing])
    CARD_CONTENTS.put_many((product_id, (number, read.get(product_id))) for product_id in missing)
    return known | {product_id: read.get(product_id) for product_id in missing}, rows


def _card_contents(rows: Sequence[_Row]) -> dict[ProductId, CardContent]:
    """Return the card contents by page id."""
    pages: list[_Row] = []
    variants: dict[ProductId, list[_Row]] = {}
    for row in rows:
        # Not a condition of the statement: query planners would scan all active products for it.
        if row.status is not Status.ACTIVE:
            continue
        if row.parent_id is None:
            pages.append(row)
        if row.kind is not Kind.PARENT:
            variants.setdefault(row.parent_id or row.id, []).append(row)
    categories = get_tree().by_id
    made = {}
    for row in pages:
        if row.id in variants:
            category = categories.get(row.category_id) if row.category_id else None
            own = [_variant(one, row) for one in variants[row.id]]
            note = variants_note(row.option_names, len(own))
            made[row.id] = card_content(row, own, category.name if category else "", note)
    return made


def _variant(row: _Row, page: _Row) -> Variant:
    return Variant(
        id=row.id,
        price=row.price,
        sale_price=row.sale_price,
        sale_starts_at=row.sale_starts_at,
        sale_ends_at=row.sale_ends_at,
        is_stocked=not row.is_gift_card,
        reference_price=row.reference_price,
        one_of_a_kind=row.one_of_a_kind,
        values=tuple(str(row.option_values.get(name, "")) for name in page.option_names),
        pictures=read_pictures(row.pictures, page.name) if row.parent_id else (),
    )
