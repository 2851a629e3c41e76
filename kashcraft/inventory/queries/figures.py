"""Figures of stock: value, turnover, days of stock and dead stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from kashcraft.catalogue.models import Product, Status
from kashcraft.core import autocommit
from kashcraft.inventory import rules
from kashcraft.inventory.models import Inventory, LogReason
from kashcraft.inventory.queries import availability
from kashcraft.inventory.queries.history import movements
from kashcraft.inventory.queries.product_names import NAME_COLUMNS, PARENT, product_name
from kashcraft.inventory.rules import DaysLeft, DeadStock

SALES = (LogReason.PURCHASE, LogReason.RETURN)


@dataclass(frozen=True, slots=True)
class StockValue:
    """The value of all stock on hand; amounts are minor units.

    ``at_price`` uses regular prices. ``at_cost`` leaves out products without a cost, whose units are in
    ``without_cost``. ``sold_out`` and ``low`` count products on sale; a sold-out product is low, too.
    Uncounted products are left out.
    """

    units: int
    held: int
    at_cost: int
    at_price: int
    without_cost: int
    sold_out: int
    low: int


@dataclass(frozen=True, slots=True)
class Turnover:
    """The units sold in a period, less returns, and the stock on hand at its start and end."""

    sold: int
    opening: int
    closing: int

    @property
    def rate(self) -> Decimal | None:
        """Return how many times the average stock was sold."""
        return rules.turnover(self.sold, self.opening, self.closing)


def get_stock_value() -> StockValue:
    """Return the units on hand and their value. One statement."""

    def total(
        amount: sa.SQLColumnExpression[int] | int, *when: sa.ColumnElement[bool]
    ) -> sa.ColumnElement[int]:
        value = sa.case((sa.and_(*when), amount), else_=0) if when else amount
        return sa.cast(sa.func.coalesce(sa.func.sum(value), 0), sa.BigInteger)

    units, on_sale = Inventory.quantity, Product.status == Status.ACTIVE
    row = autocommit.rows(
        sa.select(
            total(units),
            total(Inventory.reserved),
            total(units * sa.func.coalesce(Product.cost, 0)),
            total(units * sa.func.coalesce(Product.price, 0)),
            total(units, Product.cost.is_(None)),
            total(1, on_sale, availability.free_units() <= 0),
            total(1, on_sale, availability.is_low()),
        ).join(Product, Product.id == Inventory.product_id)
    )[0]
    return StockValue(*row)


def get_turnover(*, since: datetime, until: datetime) -> Turnover:
    """Return the turnover from ``since`` until before ``until``. One statement."""
    moved = movements(since=since)
    is_sale = sa.and_(moved.c.created_at < until, moved.c.reason.in_(SALES))
    sold = sa.case((is_sale, -moved.c.quantity_change), else_=0)
    after_end = sa.case((moved.c.created_at < until, 0), else_=moved.c.quantity_change)
    row = autocommit.rows(
        sa.select(
            sa.select(sa.func.coalesce(sa.func.sum(Inventory.quantity), 0)).scalar_subquery(),
            sa.func.coalesce(sa.func.sum(sold), 0),
            sa.func.coalesce(sa.func.sum(moved.c.quantity_change), 0),
            sa.func.coalesce(sa.func.sum(after_end), 0),
        ).select_from(moved)
    )[0]
    on_hand, net, changed_since_start, changed_since_end = map(int, row)
    return Turnover(
        sold=max(net, 0), opening=on_hand - changed_since_start, closing=on_hand - changed_since_end
    )


def list_days_of_stock(*, now: datetime, days: int, page: int, size: int) -> tuple[Sequence[DaysLeft], int]:
    """Return one page of the products sold in the last ``days``, and the number of all.

    The shortest supply is first. Two statements.
    """
    moved = movements(since=now - timedelta(days=days))
    sold = (
        sa.select(moved.c.product_id, (-sa.func.sum(moved.c.quantity_change)).label("units"))
        .where(moved.c.reason.in_(SALES))
        .group_by(moved.c.product_id)
        .having(sa.func.sum(moved.c.quantity_change) < 0)
        .subquery("sold")
    )
    free = availability.free_units()
    joined = (
        sa.select(*NAME_COLUMNS, free.label("free"), sold.c.units)
        .join(Inventory, Inventory.product_id == Product.id)
        .join(sold, sold.c.product_id == Product.id)
        .outerjoin(PARENT, PARENT.id == Product.parent_id)
        .where(Product.status == Status.ACTIVE, Inventory.is_counted)
    )
    lasts = free * 1.0 / sold.c.units
    rows, total = _page(joined, (lasts, Product.sku), page, size)
    return [
        DaysLeft(
            **product_name(row),
            free=row.free,
            sold=int(row.units),
            days=rules.days_left(row.free, int(row.units), days) or 0,
        )
        for row in rows
    ], total


def list_dead_stock(*, now: datetime, days: int, page: int, size: int) -> tuple[Sequence[DeadStock], int]:
    """Return one page of the products without a sale or arrival in the last ``days``, and the number of all.

    The most valuable are first. Two statements.
    """
    before = now - timedelta(days=days)
    moved = movements()
    last = (
        sa.select(moved.c.product_id, sa.func.max(moved.c.created_at).label("sold_at"))
        .where(moved.c.reason == LogReason.PURCHASE)
        .group_by(moved.c.product_id)
        .subquery("last")
    )
    at_price = Inventory.quantity * sa.func.coalesce(Product.price, 0)
    joined = (
        sa.select(*NAME_COLUMNS, Inventory.quantity, at_price.label("at_price"), last.c.sold_at)
        .join(Inventory, Inventory.product_id == Product.id)
        .outerjoin(last, last.c.product_id == Product.id)
        .outerjoin(PARENT, PARENT.id == Product.parent_id)
        .where(
            Inventory.quantity > 0,
            sa.func.coalesce(last.c.sold_at, Inventory.created_at) < before,
            sa.func.coalesce(Inventory.last_restocked, Inventory.created_at) < before,
        )
    )
    rows, total = _page(joined, (at_price.desc(), Product.sku), page, size)
    return [
        DeadStock(**product_name(row), units=row.quantity, at_price=int(row.at_price), last_sold=row.sold_at)
        for row in rows
    ], total


def _page(
    rows: sa.Select[*tuple[Any, ...]], order: tuple[Any, ...], page: int, size: int
) -> tuple[Sequence[Any], int]:
    total = autocommit.rows(sa.select(sa.func.count()).select_from(rows.subquery()))[0][0]
    return autocommit.rows(rows.order_by(*order).limit(size).offset((page - 1) * size)), total
