"""Limits of unpaid orders, checked in the step that places an order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.accounts import queries as accounts
from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.email_addresses import mailbox
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId
from kashcraft.core.settings import settings
from kashcraft.core.statements import run
from kashcraft.inventory import queries as inventory
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, OrderStatus, RefundStatus
from kashcraft.orders.rules import Limits, OrderDraft, UnpaidOrder

_UNITS = (
    sa.select(sa.func.coalesce(sa.func.sum(OrderLine.quantity), 0))
    .where(
        OrderLine.order_id == Order.id,
        OrderLine.is_gift_card.is_(False),
        inventory.is_scarce(OrderLine.product_id),
    )
    .correlate(Order)
    .scalar_subquery()
)
_LOCK = sa.text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")


# A condition on an order, as SQL.
Condition: TypeAlias = sa.ColumnElement[bool]


class _Row(NamedTuple):
    """An unpaid order, and the columns that decide which limits it counts towards."""

    units: int
    expires_at: datetime
    user_id: UserId | None
    mailbox_key: str | None
    is_here: bool
    is_known: bool
    buyer_is_known: bool


def check(draft: OrderDraft) -> None:
    """Check that a new order keeps within the limits of unpaid orders; raise DomainError if it does not.

    A guest is counted by normalized e-mail address and network together. The address alone, in all
    networks, has a limit of its own. A member is counted by account, together with guest orders of the
    account's address from the same network. A network is counted by its unknown buyers: guests, and
    accounts that never paid for an order. Gift cards and products without counted stock hold nothing, and
    orders of nothing else do not count.

    Steps of the same buyer or network are serialized. On PostgreSQL this uses advisory locks, which are
    acquired here, before any row lock, and in one order. The check takes one statement, two on
    PostgreSQL. It takes one more for a member if a guest of the same network has an unpaid order or if
    networks are not counted, and up to four more before an error.

    Codes: order_too_large (``most`` units), too_many_unpaid (``until`` when).
    """
    units, limits = sum(quantity for _, quantity in draft.stock), _limits()
    refusal = _refusal(draft, units, limits)
    if refusal is not None:
        scarce = inventory.list_scarce({product_id for product_id, _ in draft.stock})
        held = sum(quantity for product_id, quantity in draft.stock if product_id in scarce)
        refusal = refusal if held == units else _refusal(draft, held, limits)
    if refusal is not None:
        raise refusal


def _refusal(draft: OrderDraft, units: int, limits: Limits) -> DomainError | None:
    if not units or not limits.count_anything:
        return None
    if limits.units_per_order and units > limits.units_per_order:
        return DomainError("order_too_large", most=limits.units_per_order)
    whole_network = bool(draft.network_key) and limits.count_networks
    box = _mailbox_of_account(draft) if draft.user_id and not whole_network else None
    box = mailbox(draft.email) if draft.user_id is None else box
    _serialize(draft, box, whole_network=whole_network)
    until = rules.earliest_order_time(_waiting(draft, box, whole_network=whole_network), units, limits)
    return DomainError("too_many_unpaid", until=until) if until is not None else None


def _limits() -> Limits:
    config = settings()
    return Limits(
        orders_per_buyer=config.unpaid_orders_per_buyer,
        units_per_buyer=config.held_units_per_buyer,
        orders_per_address=config.unpaid_orders_per_address,
        units_per_address=config.held_units_per_address,
        orders_per_network=config.unpaid_orders_per_network,
        units_per_network=config.held_units_per_network,
    )


def _serialize(draft: OrderDraft, box: str | None, *, whole_network: bool) -> None:
    """Wait for other steps of the same buyer or network; SQLite serializes all steps anyway."""
    if db.engine.dialect.name != "postgresql":
        return
    names = [f"buyer:{one}" for one in (draft.user_id, box) if one]
    if whole_network:
        names.append(f"network:{draft.network_key}")
    run(_LOCK, {"keys": sorted(map(_number, names))})


def _number(name: str) -> int:
    """Return the key of an advisory lock on PostgreSQL for a name: a signed number of 64 bits."""
    digest = hashlib.sha256(f"unpaid orders of {name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _waiting(draft: OrderDraft, box: str | None, *, whole_network: bool) -> list[UnpaidOrder]:
    """Return the unpaid orders that count towards the limits of the draft.

    ``box`` is the mailbox that identifies guest orders of the buyer. For a member in a counted network it
    is read only if there are guest orders to compare it with.
    """
    rows = [row for row in _orders(draft, box, whole_network=whole_network) if row.units]
    if whole_network and draft.user_id is not None and any(row.user_id is None for row in rows):
        box = _mailbox_of_account(draft)
    return [
        UnpaidOrder(
            units=row.units,
            ends=row.expires_at,
            by_buyer=_is_of_buyer(row, draft, box),
            by_address=draft.user_id is None and row.mailbox_key == box,
            by_network=bool(row.is_here) and not row.is_known and not row.buyer_is_known,
        )
        for row in rows
    ]


def _orders(draft: OrderDraft, box: str | None, *, whole_network: bool) -> Iterable[_Row]:
    """Return the rows of all unpaid orders that may count, in one statement."""
    with_box = bool(draft.user_id and box and not whole_network)
    statement = _statement(bool(draft.user_id), bool(draft.network_key), whole_network, with_box)
    values = {
        "network": draft.network_key,
        "buyer": draft.user_id,
        "box": box,
        "checkout": draft.checkout_id,
        "moment": clock.now(),
    }
    return map(_Row._make, run(statement, values))


@cache
def _statement(
    is_member: bool, has_network: bool, whole_network: bool, with_box: bool
) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement for one kind of buyer.

    Building a statement takes as long as the rest of placing an order (``python -m bench orders``), so it
    is cached.
    """
    buyer, box = sa.bindparam("buyer", type_=sa.Uuid), Order.mailbox_key == sa.bindparam("box")
    here = Order.network_key == sa.bindparam("network") if has_network else sa.false()
    wanted: list[Condition] = [Order.user_id == buyer if is_member else box]
    if whole_network:
        wanted.append(here)
    elif with_box:
        wanted.append(sa.and_(here, box))
    return sa.select(
        _UNITS.label("units"),
        Order.expires_at,
        Order.user_id,
        Order.mailbox_key,
        sa.func.coalesce(here, sa.false()).label("is_here"),
        _has_paid(Order.user_id).label("is_known"),
        (_has_paid(buyer) if is_member else sa.false()).label("buyer_is_known"),
    ).where(
        Order.status == OrderStatus.PENDING,
        Order.expires_at > sa.bindparam("moment"),
        Order.checkout_id != sa.bindparam("checkout"),
        sa.or_(*wanted),
    )


def _has_paid(user_id: sa.SQLColumnExpression[Any]) -> Condition:
    """Return the condition that an account has paid for an order that was not refunded in full."""
    earlier = aliased(Order)
    paid = sa.select(earlier.id).where(
        earlier.user_id == user_id,
        earlier.paid_at.is_not(None),
        earlier.total > 0,
        earlier.status != OrderStatus.CANCELLED,
        earlier.refund_status != RefundStatus.FULL,
    )
    return paid.exists()


def _mailbox_of_account(draft: OrderDraft) -> str | None:
    member = accounts.find_user(draft.user_id) if draft.user_id else None
    return mailbox(member.email) if member and member.email else None


def _is_of_buyer(row: _Row, draft: OrderDraft, box: str | None) -> bool:
    """Return whether an unpaid order belongs to the buyer.

    A guest order from another network does not, so that nobody can block another person's address.
    """
    if draft.user_id is not None and row.user_id == draft.user_id:
        return True
    if box is None or row.mailbox_key != box or (draft.user_id is not None and row.user_id is not None):
        return False
    return bool(row.is_here) or not draft.network_key
