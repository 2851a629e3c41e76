"""Cards of pieces: one statement for any number of them, with prices, stock and pictures."""

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
from kashcraft.product_cards.presenters import choices_note
from kashcraft.product_cards.queries.columns import main_shelf, pictures_text, tied_pictures_text
from kashcraft.product_cards.rules import (
    Card,
    Face,
    FaceRow,
    HasPrice,
    Piece,
    build_card,
    face_of,
    read_pictures,
)

# With the version that each was read under; None is not shown.
FACES: Cache[ProductId, tuple[int, Face | None]] = Cache("faces", most=2048)
_is_page = Product.parent_id.is_(None)


class _Row(FaceRow, HasPrice, Protocol):
    parent_id: ProductId | None
    kind: Kind
    status: Status
    option_values: dict[str, str]
    is_gift_card: bool
    one_of_a_kind: bool
    free: int | None
    is_held: bool | None
    shelf_id: CategoryId | None


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
    Product.currency,
    Product.rating_count,
    Product.rating_total,
    Product.published_at,
    Product.is_gift_card,
    Product.one_of_a_kind,
    inventory.of_product(inventory.free_units()).label("free"),
    inventory.of_product(inventory.is_being_bought()).label("is_held"),
    sa.case((_is_page, main_shelf())).label("shelf_id"),
    sa.case((_is_page, pictures_text(2)), else_=tied_pictures_text(2)).label("pictures"),
)


@cache
def _faces_statement(*, arrays: bool) -> sa.Executable:
    ids, parents = (
        autocommit.among(Product.id, arrays=arrays),
        autocommit.among(Product.parent_id, arrays=arrays),
    )
    return _COLUMNS.where(sa.or_(ids, parents))


def list_cards(
    product_ids: Sequence[ProductId],
    now: datetime,
    meant: Mapping[ProductId, Sequence[ProductId]] | None = None,
) -> list[Card]:
    """Return the cards of ``product_ids`` in that order, without those that are not shown or cannot be
    bought; ``meant`` are the choices of each that the card shows, where not all of them.

    What the catalogue's version says has not changed is kept in the process; stock is asked for every time,
    and is what is free by the last sweep: holds beyond their time may still count for half a minute. What
    somebody is paying for is not sold out yet. One
    statement, none for no ids.
    """
    if not product_ids:
        return []
    kept, number = FACES.get_many(product_ids), get_version()
    if all(one is not None and one[0] == number for one in kept):
        shown = [one[1] for one in kept if one is not None and one[1] is not None]
        sold = [one.id for face in shown for one in face.pieces if one.is_stocked]
        stock = inventory.list_swept_stock(sold)
    else:
        rows = autocommit.rows(_faces_statement(arrays=autocommit.is_postgres()), {"ids": list(product_ids)})
        made = _faces(rows)
        stock = rows
        shown = [made[product_id] for product_id in product_ids if product_id in made]
        FACES.put_many((product_id, (number, made.get(product_id))) for product_id in product_ids)
    choices = meant or {}
    free = {row.id: row.free for row in stock if row.free is not None}
    held = {row.id for row in stock if row.is_held}
    return [build_card(face, free, now, choices.get(face.product_id, ()), held) for face in shown]


def _faces(rows: Sequence[_Row]) -> dict[ProductId, Face]:
    """Return the faces by page id."""
    pages: list[_Row] = []
    sold: dict[ProductId, list[_Row]] = {}
    for row in rows:
        # Not a condition of the statement: planners would walk all active products for it.
        if row.status is not Status.ACTIVE:
            continue
        if row.parent_id is None:
            pages.append(row)
        if row.kind is not Kind.PARENT:
            sold.setdefault(row.parent_id or row.id, []).append(row)
    shelves = get_tree().by_id
    made = {}
    for row in pages:
        if row.id in sold:
            shelf = shelves.get(row.shelf_id) if row.shelf_id else None
            pieces = [_piece(one, row) for one in sold[row.id]]
            note = choices_note(row.option_names, len(pieces))
            made[row.id] = face_of(row, pieces, shelf.name if shelf else "", note)
    return made


def _piece(row: _Row, page: _Row) -> Piece:
    return Piece(
        id=row.id,
        price=row.price,
        sale_price=row.sale_price,
        sale_starts_at=row.sale_starts_at,
        sale_ends_at=row.sale_ends_at,
        is_stocked=not row.is_gift_card,
        one_of_a_kind=row.one_of_a_kind,
        values=tuple(str(row.option_values.get(name, "")) for name in page.option_names),
        pictures=read_pictures(row.pictures, page.name) if row.parent_id else (),
    )
