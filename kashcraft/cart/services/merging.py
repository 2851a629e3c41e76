"""Two carts of one person become one when they sign in."""

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
    """Make the guest cart that ``token`` opens the member's, together with the member's own lines.

    Returns what came over. A product that both have keeps the larger quantity, and codes of both are kept.
    It is the guest's cart that stays, because a checkout may be under way in it. Orders that wait for their
    money are cancelled where two carts become one.
    """
    member, guest = Owner(user_id=user_id), Owner(token=token)
    theirs = queries.find_cart(guest) if token else None
    mine = queries.find_cart(member)
    if theirs is None:
        return MergeReport(count=queries.count(mine.cart_id) if mine else 0)
    added = raised = 0
    if mine is not None:
        kept, gone = make_editable(cart=theirs), make_editable(cart=mine)
        added, raised = _merge_lines(kept, gone)
        _merge_requested_benefits(kept, gone)
        _delete(gone)
    now_mine = CARTS.update().where(CARTS.c.id == theirs.cart_id)
    db.session.execute(now_mine.values(user_id=user_id, token_hash=None, updated_at=clock.now()))
    return MergeReport(added=added, raised=raised, count=queries.count(theirs.cart_id))


def _delete(cart: EditableCart) -> None:
    db.session.execute(CARTS.delete().where(CARTS.c.id == cart.cart_id))


def _merge_lines(guests: EditableCart, members: EditableCart) -> tuple[int, int]:
    """Move the member's lines into the guest's cart; return how many of the guest's were new and larger."""
    guest_cart, member_cart = guests.cart_id, members.cart_id
    columns = (
        LINES.c.id, LINES.c.cart_id, LINES.c.product_id, LINES.c.details_key, LINES.c.quantity,
        LINES.c.is_saved,
    )  # fmt: skip
    rows = db.session.execute(sa.select(*columns).where(LINES.c.cart_id.in_([guest_cart, member_cart]))).all()
    brought = {_what(row): row for row in rows if row.cart_id == guest_cart}
    mine = [row for row in rows if row.cart_id == member_cart]
    raised = 0
    for row in mine:
        known = brought.get(_what(row))
        if known is None or row.is_saved:
            continue
        quantity = rules.merged_quantity(row.quantity, 0 if known.is_saved else known.quantity)
        values = {"quantity": quantity, "is_saved": False, "updated_at": clock.now()}
        db.session.execute(LINES.update().where(LINES.c.id == known.id).values(values))
        raised += quantity > row.quantity
    alone = [row.id for row in mine if _what(row) not in brought]
    if alone:
        db.session.execute(LINES.update().where(LINES.c.id.in_(alone)).values(cart_id=guest_cart))
    return (len(brought.keys() - {_what(row) for row in mine}) if mine else 0), raised


class _LineRow(Protocol):
    """A line as it is compared."""

    product_id: ProductId
    details_key: str


def _what(row: _LineRow) -> tuple[ProductId, str]:
    """Return what makes two lines one: the product, and what was said of its pieces."""
    return row.product_id, row.details_key


def _merge_requested_benefits(guests: EditableCart, members: EditableCart) -> None:
    """Bring the member's codes, points and reward along; of two vouchers the one just entered stays."""
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
