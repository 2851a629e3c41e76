"""What staff see of orders, refunds and returns, and what products and people are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.accounts.models import User
from kashcraft.backoffice.rules import paths
from kashcraft.catalogue.models import Category, Product
from kashcraft.core.db import db
from kashcraft.core.emails import comparable
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import CategoryId, OrderId, OrderLineId, ProductId, ReturnId, UserId, clean_reference
from kashcraft.core.money import Money
from kashcraft.loyalty.models import PointsHistory, PointsType
from kashcraft.loyalty.rules import Earned
from kashcraft.orders import queries as orders
from kashcraft.orders.models import (
    BY_EMAIL,
    Order,
    Refund,
    RefundState,
    RefundStatus,
    ReturnRequest,
    ReturnState,
)
from kashcraft.orders.rules import TO_FULFIL, Account


@dataclass(frozen=True, slots=True)
class RefusedRefund:
    """A refund that the processor refuses: whose it is, what is owed, and why it was made."""

    order_id: OrderId
    number: str
    owed: Money
    reason: str


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """Everything about an order: ``account`` is what refunds see of it, None while it is not paid; ``actors``
    are the names of who did something; ``earned`` is what it gave in points, None where it gave none.
    """

    order: Order
    returns: Sequence[ReturnRequest]
    account: Account | None
    actors: dict[UserId, str]
    earned: Earned | None

    @property
    def names(self) -> dict[OrderLineId, str]:
        """Return what each line is, in words."""
        return {
            line.id: f"{line.name} ({line.options})" if line.options else line.name
            for line in self.order.lines
        }


def open_orders(*, page: int, size: int) -> tuple[Sequence[Order], int]:
    """Return one page of the orders that wait for staff, the longest paid first, with their lines; and how
    many there are. What has been refunded in full waits for nothing, nor do gift cards. Three statements.
    """
    waiting = sa.and_(
        Order.status.in_(TO_FULFIL),
        Order.refund_status != RefundStatus.FULL,
        Order.delivery_code != BY_EMAIL,
    )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Order).where(waiting)) or 0
    rows = (
        sa.select(Order)
        .where(waiting)
        .options(selectinload(Order.lines))
        .order_by(Order.paid_at, Order.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return db.session.scalars(rows).all(), total


def find_orders(*, words: str) -> Sequence[Order]:
    """Return the newest fifty orders of a number or an e-mail address, with their lines. Two statements."""
    number = clean_reference(words, "KC") or ""
    rows = (
        sa.select(Order)
        .where(sa.or_(Order.number == number, Order.email_key == comparable(words)))
        .options(selectinload(Order.lines))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(50)
    )
    return db.session.scalars(rows).all()


def refused_refunds(*, limit: int = 50) -> list[RefusedRefund]:
    """Return the oldest fifty refunds that the processor refuses. One statement."""
    rows = db.session.execute(
        sa.select(Order.id, Order.number, Refund.charged_amount, Order.currency, Refund.reason)
        .select_from(Refund)
        .join(Order, Order.id == Refund.order_id)
        .where(Refund.state == RefundState.FAILED)
        .order_by(Refund.created_at, Refund.id)
        .limit(limit)
    )
    return [
        RefusedRefund(order_id, number, Money(owed, currency), reason)
        for order_id, number, owed, currency, reason in rows
    ]


def whole_order(order_id: OrderId) -> WholeOrder:
    """Return everything about an order. Raises NotFound. At most ten statements, however long its history."""
    rows = (
        sa.select(Order)
        .where(Order.id == order_id)
        .options(selectinload(Order.lines), selectinload(Order.events), selectinload(Order.refunds))
    )
    order = db.session.scalars(rows).one_or_none()
    if order is None:
        raise NotFound("no_order", order_id=str(order_id))
    earned = sa.select(PointsHistory.points_amount, PointsHistory.multiplier_bp).where(
        PointsHistory.order_id == order_id, PointsHistory.points_type == PointsType.EARN
    )
    found = db.session.execute(earned).one_or_none() if order.user_id else None
    return WholeOrder(
        order=order,
        returns=orders.returns_of(order_id),
        account=orders.refund_account(order) if order.paid_at else None,
        actors=_names({event.actor_id for event in order.events if event.actor_id}),
        earned=Earned(*found, order.currency) if found else None,
    )


def waiting_returns(*, page: int, size: int) -> tuple[list[tuple[ReturnRequest, Order]], int]:
    """Return one page of the returns that wait for staff with their orders, the oldest first, and how many
    there are. Three statements.
    """
    waits = sa.and_(ReturnRequest.state != ReturnState.REFUSED, ReturnRequest.refund_id.is_(None))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(ReturnRequest).where(waits)) or 0
    rows = db.session.execute(
        sa.select(ReturnRequest, Order)
        .join(Order, Order.id == ReturnRequest.order_id)
        .where(waits)
        .options(selectinload(ReturnRequest.lines))
        .order_by(ReturnRequest.requested_at, ReturnRequest.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return [(request, order) for request, order in rows], total


def order_of_return(return_id: ReturnId) -> OrderId:
    """Return the id of a return's order. Raises NotFound. One statement."""
    order_id = db.session.scalar(sa.select(ReturnRequest.order_id).where(ReturnRequest.id == return_id))
    if order_id is None:
        raise NotFound("no_return", return_id=str(return_id))
    return order_id


def names_of(user_ids: Iterable[UserId | None]) -> dict[UserId | None, str]:
    """Return the names of people by their ids. One statement, none without people."""
    return dict(_names({user_id for user_id in user_ids if user_id}).items())


def orders_of(order_ids: Iterable[OrderId | None]) -> dict[OrderId, tuple[str, str]]:
    """Return the numbers and the e-mail addresses of orders by their ids. One statement."""
    wanted = {order_id for order_id in order_ids if order_id}
    rows = db.session.execute(sa.select(Order.id, Order.number, Order.email).where(Order.id.in_(wanted)))
    return {row.id: (row.number, row.email) for row in rows}


def order_called(words: str) -> OrderId | None:
    """Return the id of the order with this number, however it was typed, or None. At most one statement."""
    number = clean_reference(words, "KC")
    return db.session.scalar(sa.select(Order.id).where(Order.number == number)) if number else None


def shelves() -> list[tuple[CategoryId, str]]:
    """Return every category, shown or not, with the way to it, in order. One statement."""
    rows = db.session.scalars(sa.select(Category).order_by(Category.position, Category.name)).all()
    return paths([(row.id, row.parent_id, row.name) for row in rows])


def pieces_called(names: Sequence[str]) -> tuple[dict[ProductId, str], list[str]]:
    """Return the pieces of these article numbers or page names, and the names that nothing has.

    Case does not matter. A family has no article number, so that it is called by its page. One statement.
    """
    wanted = {name.casefold() for name in names}
    columns = (Product.sku, Product.slug)
    rows = db.session.execute(
        sa.select(Product.id, *columns).where(sa.or_(*(sa.func.lower(one).in_(wanted) for one in columns)))
    ).all()
    known = {name.casefold() for row in rows for name in row[1:] if name}
    found = {row.id: row.sku or row.slug for row in rows}
    return found, [name for name in names if name.casefold() not in known]


def pieces(product_ids: Collection[ProductId]) -> list[tuple[str, str]]:
    """Return what pieces are called, by article number or page and by name, by name. One statement."""
    called = sa.func.coalesce(Product.sku, Product.slug, "")
    rows = sa.select(called, Product.name).where(Product.id.in_(product_ids))
    return [(row[0], row[1]) for row in db.session.execute(rows.order_by(Product.name, called))]


def _names(user_ids: set[UserId]) -> dict[UserId, str]:
    if not user_ids:
        return {}
    people = db.session.scalars(sa.select(User).where(User.id.in_(user_ids)))
    return {person.id: person.display_name for person in people}
