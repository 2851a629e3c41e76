"""Queries for cart contents. They select plain columns, because carts are read on the busiest paths."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from kashcraft.cart.models import Cart, CartCode, CartLine, CodeKind
from kashcraft.cart.rules import (
    BuyableProduct,
    CartItem,
    Contents,
    Gift,
    Owner,
    RequestedBenefits,
    with_own_holds,
)
from kashcraft.catalogue.models import Product
from kashcraft.catalogue.queries import VERSION, remember_version
from kashcraft.core import autocommit, clock, reference_version
from kashcraft.core.columns import UtcDateTime
from kashcraft.core.db import db
from kashcraft.core.ids import CartId, CartLineId, OrderId, ProductId, RewardId, UserId, token_hash
from kashcraft.core.money import Money
from kashcraft.core.settings import settings
from kashcraft.inventory import queries as inventory
from kashcraft.inventory.models import HolderKind
from kashcraft.inventory.rules import UNLIMITED, Stock
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.product_cards import queries as product_cards
from kashcraft.product_cards.rules import Offer, OfferRow, build_offer
from kashcraft.vouchers import queries as vouchers

SOLD = (
    Product.kind, product_cards.status_with_page().label("status"), Product.name, Product.price,
    Product.sale_price, Product.sale_starts_at, Product.sale_ends_at, Product.option_names,
    Product.is_gift_card,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductToAdd(BuyableProduct):
    """A product to add, with the owner's cart and the existing line of the product, if any.

    ``free`` is the number of units that can be bought now; expired holds are ignored.
    """

    free: int
    cart_id: CartId | None
    cart_touched_at: datetime | None
    pending_order_id: OrderId | None
    quantity: int | None
    is_saved: bool | None
    most_per_order: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineToChange(BuyableProduct):
    """A line of a cart with its product; ``has_voucher`` is True if the cart has a voucher code."""

    cart_id: CartId
    pending_order_id: OrderId | None
    line_id: CartLineId
    product_id: ProductId
    quantity: int
    is_saved: bool
    details: dict[str, Any] | None
    has_voucher: bool


@dataclass(frozen=True, slots=True)
class CartRef:
    """A cart and its order that may still be unpaid."""

    cart_id: CartId
    pending_order_id: OrderId | None


class _LineRow(OfferRow, Protocol):
    """A row of ``_lines``: a line with its cart and the columns that an offer needs."""

    cart_id: CartId
    pending_order_id: OrderId | None
    points: int
    reward_id: RewardId | None
    has_codes: bool
    has_automatic_vouchers: bool
    terms_version: int | None
    catalogue_version: int | None
    line_id: CartLineId
    quantity: int
    seen_price: int
    is_saved: bool
    details: dict[str, Any] | None


class _StockedRow(_LineRow, Protocol):
    """A row of ``_lines`` with the stock of its product; ``free`` is None without a stock record."""

    free: int | None
    held_until: datetime | None
    most_per_order: int | None


def owner_parameters(owner: Owner) -> dict[str, Any]:
    """Return the parameters of the condition ``owned_by``."""
    if owner.user_id is not None:
        return {"user_id": owner.user_id}
    return {"token_hash": token_hash(owner.token or "")}


def owned_by(owner: Owner) -> sa.ColumnElement[bool]:
    """Return the condition that a cart belongs to the owner; ``owner_parameters`` returns its parameters."""
    if owner.user_id is not None:
        return Cart.user_id == sa.bindparam("user_id")
    return sa.and_(Cart.token_hash == sa.bindparam("token_hash"), Cart.user_id.is_(None))


def find_product(owner: Owner, product_id: ProductId, details_key: str = "") -> ProductToAdd | None:
    """Return a product to add with the owner's cart and the line of the product, or None.

    ``details_key`` distinguishes lines of one product. One statement.
    """
    values = {"product_id": product_id, "details_key": details_key}
    parameters = {**values, **(owner_parameters(owner) if owner.is_known else {})}
    rows = autocommit.rows(_to_add(owner.is_known, owner.user_id is not None), parameters)
    if not rows:
        return None
    *values, version = rows[0]
    reference_version.remember_version(version)
    return ProductToAdd(**dict(zip(rows[0]._fields, values, strict=False)))


@cache
def _to_add(is_known: bool, is_member: bool) -> sa.Executable:
    mine = owned_by(_example(is_member)) if is_known else sa.false()
    found = (
        sa.select(
            *SOLD,
            inventory.free_of_product().label("free"),
            Cart.id.label("cart_id"),
            Cart.updated_at.label("cart_touched_at"),
            Cart.pending_order_id,
            CartLine.quantity,
            CartLine.is_saved,
            inventory.most_per_order(),
            reference_version.current().label("reference"),
        )
        .select_from(Product)
        .outerjoin(Cart, mine)
        .outerjoin(
            CartLine,
            sa.and_(
                CartLine.cart_id == Cart.id,
                CartLine.product_id == Product.id,
                CartLine.details_key == sa.bindparam("details_key"),
            ),
        )
        .where(Product.id == sa.bindparam("product_id"))
    )
    return inventory.with_stock(found)


def find_line(owner: Owner, line_id: CartLineId) -> LineToChange | None:
    """Return a line of the owner's cart, or None. One statement."""
    if not owner.is_known:
        return None
    found = (
        sa.select(
            *SOLD, Cart.id.label("cart_id"), Cart.pending_order_id,
            CartLine.id.label("line_id"), CartLine.product_id, CartLine.quantity, CartLine.is_saved,
            CartLine.details,
            _code_of_cart(CartCode.kind == CodeKind.VOUCHER).label("has_voucher"),
        )
        .join(CartLine, CartLine.product_id == Product.id)
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(CartLine.id == line_id, owned_by(owner))
    )  # fmt: skip
    row = db.session.execute(found, owner_parameters(owner)).first()
    return LineToChange(**row._mapping) if row else None


def has_line(line_id: CartLineId) -> bool:
    """Return whether any cart has this line. One statement."""
    return db.session.scalar(sa.select(CartLine.id).where(CartLine.id == line_id)) is not None


def find_cart(owner: Owner) -> CartRef | None:
    """Return the owner's cart, or None. One statement."""
    if not owner.is_known:
        return None
    found = sa.select(Cart.id, Cart.pending_order_id).where(owned_by(owner))
    row = db.session.execute(found, owner_parameters(owner)).first()
    return CartRef(*row) if row else None


_COUNT = sa.select(sa.func.coalesce(sa.func.sum(CartLine.quantity), 0)).where(
    CartLine.cart_id == sa.bindparam("cart"), CartLine.is_saved.is_(False)
)


def count_carts_with(product_ids: Collection[ProductId]) -> dict[ProductId, int]:
    """Return the number of carts that contain each product, without those that none contains.

    One statement.
    """
    counted = (
        sa.select(CartLine.product_id, sa.func.count(sa.distinct(CartLine.cart_id)))
        .where(CartLine.product_id.in_(product_ids))
        .group_by(CartLine.product_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def count_units(cart_id: CartId) -> int:
    """Return the number of units to buy, as shown on the cart badge. One statement."""
    return int(autocommit.rows(_COUNT, {"cart": cart_id})[0][0])


def get_contents(owner: Owner, *, with_stock: bool = True) -> Contents:
    """Return the owner's cart with the current price, picture, options and stock of every line.

    One statement, and one more while an order of the cart is unpaid; the number of lines does not matter.
    Without stock, where the caller claims it next, every line counts as available: one statement.
    """
    if not owner.is_known:
        return Contents()
    parameters = owner_parameters(owner) | {"moment": clock.now()}
    rows = autocommit.rows(_lines(owner.user_id is not None, with_stock), parameters)
    return _assembled(rows, with_stock) if rows else Contents()


def find_pending_order(order_id: OrderId | None) -> tuple[str, Money] | None:
    """Return the number and total of an unpaid order, or None.

    One statement, none without an id.
    """
    if order_id is None:
        return None
    columns = sa.select(Order.number, Order.total, Order.currency)
    row = db.session.execute(
        columns.where(Order.id == order_id, Order.status == OrderStatus.PENDING)
    ).one_or_none()
    return (row.number, Money(row.total, row.currency)) if row else None


def find_product_name(product_id: ProductId) -> str | None:
    """Return the name of a product, for the link that restores a removed line. One statement."""
    found: str | None = db.session.scalar(sa.select(Product.name).where(Product.id == product_id))
    return found


def _example(is_member: bool) -> Owner:
    return Owner(user_id=UserId(UUID(int=0))) if is_member else Owner(token="-")  # noqa: S106 - not a secret


def _code_of_cart(*conditions: Any) -> sa.Exists:
    return sa.exists(CartCode.id).where(CartCode.cart_id == Cart.id, *conditions).correlate(Cart)


@cache
def _lines(is_member: bool, with_stock: bool) -> sa.Executable:
    """Return the statement that reads a cart, its lines and the columns for offers."""
    moment = sa.bindparam("moment", type_=UtcDateTime())
    stock = inventory.list_stock_columns(moment) if with_stock else ()
    found = (
        sa.select(
            Cart.id.label("cart_id"), Cart.pending_order_id, Cart.points, Cart.reward_id,
            _code_of_cart().label("has_codes"),
            vouchers.any_automatic().label("has_automatic_vouchers"),
            reference_version.current().label("terms_version"),
            VERSION.scalar_subquery().label("catalogue_version"),
            CartLine.id.label("line_id"), CartLine.quantity, CartLine.seen_price, CartLine.is_saved,
            CartLine.details, *product_cards.OFFER, *stock,
        )
        .select_from(Cart)
        .join(CartLine, CartLine.cart_id == Cart.id)
        .join(Product, Product.id == CartLine.product_id)
        .where(owned_by(_example(is_member)))
        .order_by(CartLine.id)
    )  # fmt: skip
    complete = product_cards.with_page_and_picture(found)
    return inventory.with_stock(complete) if with_stock else complete


def _assembled(rows: Sequence[_StockedRow], with_stock: bool) -> Contents:
    remember_version(rows[0].catalogue_version)  # for the links of the page
    reference_version.remember_version(rows[0].terms_version)
    now, limit = clock.now(), settings().most_per_order
    items = tuple(
        _item(row, build_offer(row, _stock(row) if with_stock else UNLIMITED, now), limit) for row in rows
    )
    pending = rows[0].pending_order_id
    if pending is not None and with_stock:
        items = with_own_holds(
            items, inventory.get_held_units(holder_kind=HolderKind.ORDER, holder_id=pending, now=now)
        )
    return Contents(
        cart_id=rows[0].cart_id,
        pending_order_id=pending,
        terms_version=rows[0].terms_version,
        items=tuple(item for item in items if not item.is_saved),
        saved=tuple(item for item in items if item.is_saved),
        requested=RequestedBenefits(
            points=rows[0].points,
            reward_id=rows[0].reward_id,
            has_codes=rows[0].has_codes,
            has_automatic_vouchers=rows[0].has_automatic_vouchers,
        ),
    )


def _stock(row: _StockedRow) -> Stock:
    if row.is_gift_card:
        return UNLIMITED
    return Stock() if row.free is None else Stock(row.free, row.held_until, row.most_per_order)


def _item(row: _LineRow, offer: Offer, limit: int) -> CartItem:
    """Return a cart line with its current offer."""
    return CartItem(
        line_id=row.line_id,
        product_id=offer.product_id,
        page_id=offer.page_id,
        name=offer.name,
        slug=offer.slug,
        options=offer.options,
        sku=offer.sku,
        picture=offer.picture,
        quantity=row.quantity,
        unit_price=offer.price.minor,
        regular_price=offer.regular.minor,
        compare_at=offer.compare_at,
        seen_price=row.seen_price,
        currency=offer.price.currency,
        free=offer.free,
        held_until=offer.held_until,
        limit=offer.most_per_order or limit,
        is_active=offer.is_active,
        is_saved=row.is_saved,
        weight_grams=offer.weight_grams,
        tax_class=offer.tax_class,
        is_gift_card=offer.is_gift_card,
        gift=Gift.from_dict(row.details) if row.details else None,
    )
