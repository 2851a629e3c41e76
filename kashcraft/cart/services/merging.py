"""Merging the guest cart into the member's cart at sign-in."""

from __future__ import annotations

from typing import Protocol

import sqlalchemy as sa

from kashcraft.cart import queries, rules
from kashcraft.cart.models import Cart, CartCode, CartLine, CodeKind
from kashcraft.cart.rules import MergeReport, Owner
from kashcraft.cart.services.editing import EditableCart, make_editable
from kashcraft.core import clock
from kashcraft.core.db import db, table_of
from kashcraft.core.ids import ProductId, UserId

LINES = table_of(CartLine)
CARTS = table_of(Cart)
CODES = table_of(CartCode)


def merge_carts(*, user_id: UserId, token: str | None) -> MergeReport:
    """Give the guest cart with ``token`` to the member and move the lines of the member's cart into it.

    A product in both carts gets the larger quantity; the codes of both carts are combined. The guest cart
    remains, because a checkout may have begun in it. Pending orders of both carts are cancelled where two
    carts are merged. Returns what the guest cart added.
    """
    member, guest = Owner(user_id=user_id), Owner(token=token)
    theirs = queries.find_cart(guest) if token else None
    mine = queries.find_cart(member)
    if theirs is None:
        return MergeReport(count=queries.count_units(mine.cart_id) if mine else 0)
    added = raised = 0
    if mine is not None:
        remaining, removed = make_editable(cart=theirs), make_editable(cart=mine)
        added, raised = _merge_lines(remaining, removed)
        _merge_requested_benefits(remaining, removed)
        _delete(removed)
    now_mine = CARTS.update().where(CARTS.c.id == theirs.cart_id)
    db.session.execute(now_mine.values(user_id=user_id, token_hash=None, updated_at=clock.now()))
    return MergeReport(added=added, raised=raised, count=queries.count_units(theirs.cart_id))


def _delete(cart: EditableCart) -> None:
    db.session.execute(CARTS.delete().where(CARTS.c.id == cart.cart_id))


def _merge_lines(guests: EditableCart, members: EditableCart) -> tuple[int, int]:
    """Move the member's lines into the guest cart.

    Return the number of new lines and of larger quantities.
    """
    guest_cart, member_cart = guests.cart_id, members.cart_id
    columns = (
        LINES.c.id, LINES.c.cart_id, LINES.c.product_id, LINES.c.details_key, LINES.c.quantity,
        LINES.c.is_saved,
    )  # fmt: skip
    rows = db.session.execute(sa.select(*columns).where(LINES.c.cart_id.in_([guest_cart, member_cart]))).all()
    brought = {_line_key(row): row for row in rows if row.cart_id == guest_cart}
    mine = [row for row in rows if row.cart_id == member_cart]
    raised = 0
    for row in mine:
        existing = brought.get(_line_key(row))
        if existing is None or row.is_saved:
            continue
        quantity = rules.merged_quantity(row.quantity, 0 if existing.is_saved else existing.quantity)
        values = {"quantity": quantity, "is_saved": False, "updated_at": clock.now()}
        db.session.execute(LINES.update().where(LINES.c.id == existing.id).values(values))
        raised += quantity > row.quantity
    only_mine = [row.id for row in mine if _line_key(row) not in brought]
    if only_mine:
        db.session.execute(LINES.update().where(LINES.c.id.in_(only_mine)).values(cart_id=guest_cart))
    return (len(brought.keys() - {_line_key(row) for row in mine}) if mine else 0), raised


class _LineRow(Protocol):
    """The columns that identify equal lines."""

    product_id: ProductId
    details_key: str


def _line_key(row: _LineRow) -> tuple[ProductId, str]:
    """Return the key of equal lines: the product and its details."""
    return row.product_id, row.details_key


def _merge_requested_benefits(guests: EditableCart, members: EditableCart) -> None:
    """Move the member's codes, points and reward; of two vouchers the guest's is retained."""
    guest_cart, member_cart = guests.cart_id, members.cart_id
    here = sa.select(CODES.c.gift_card_id).where(
        CODES.c.cart_id == guest_cart, CODES.c.gift_card_id.is_not(None)
    )
    has_voucher = sa.exists(CODES.c.id).where(CODES.c.cart_id == guest_cart, CODES.c.kind == CodeKind.VOUCHER)
    cards = sa.and_(CODES.c.kind == CodeKind.GIFT_CARD, CODES.c.gift_card_id.not_in(here))
    voucher = sa.and_(CODES.c.kind == CodeKind.VOUCHER, ~has_voucher)
    db.session.execute(
        CODES.update()
        .where(CODES.c.cart_id == member_cart, sa.or_(cards, voucher))
        .values(cart_id=guest_cart)
    )
    wanted = sa.select(CARTS.c.points, CARTS.c.reward_id).where(CARTS.c.id == member_cart)
    points, reward_id = db.session.execute(wanted).one()
    db.session.execute(
        CARTS.update().where(CARTS.c.id == guest_cart).values(points=points, reward_id=reward_id)
    )
