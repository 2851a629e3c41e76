"""Money and units that go back. The processor is called after the commit, keyed by the refund's id.

A refund is worked out by ``rules.refunds`` on rows that stay locked until the step ends, so what staff saw in
the preview is what happens, or nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.db import db, rows_changed
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, OrderLineId, RefundId, ReturnId, UserId, new_id
from kashcraft.events.orders import RefundMade
from kashcraft.gift_cards import services as gift_cards
from kashcraft.inventory import services as stock
from kashcraft.loyalty import services as loyalty
from kashcraft.loyalty.models import LoyaltyReward
from kashcraft.loyalty.services import Reversal
from kashcraft.orders import queries, rules
from kashcraft.orders.models import (
    Order,
    OrderLine,
    OrderStatus,
    Refund,
    RefundLine,
    RefundState,
    RefundStatus,
)
from kashcraft.orders.rules import RefundPlan, Wish
from kashcraft.orders.services.history import lines_of, locked, record
from kashcraft.orders.services.returns import settle_return
from kashcraft.vouchers import services as vouchers


def refund(
    *,
    order_id: OrderId,
    lines: Mapping[OrderLineId, int] | None = None,
    amount: int = 0,
    shipping: int | bool = 0,
    restock: bool = False,
    reason: str = "",
    actor_id: UserId | None = None,
    key: str,
    expected: int | None = None,
    return_id: ReturnId | None = None,
) -> Refund:
    """Give back units by line, a free amount and delivery of a paid order, in any combination; return it.

    ``shipping`` True is all that is left of it. ``restock`` puts the units on the shelf again. ``key`` names
    the act: sent twice, it happens once. ``expected`` is the amount that somebody agreed to, ``return_id``
    the received return that is refunded by it. Raises NotFound, DomainError: not_refundable (an order that is
    not paid), refund_changed (``seen``, ``now``), gift_card_used (``available``) for a card bought in the
    order, return_not_received, and what ``rules.plan_refund`` raises.
    """
    order = locked(order_id)
    done = db.session.scalar(sa.select(Refund).where(Refund.key == key))
    if done is not None:
        return done
    if order.paid_at is None:
        raise DomainError("not_refundable", number=order.number, status=order.status.value)
    account = queries.get_refund_account(order)
    plan = rules.plan_refund(account, Wish(units=lines or {}, amount=amount, shipping=shipping))
    if expected is not None and expected != plan.amount:
        raise DomainError("refund_changed", seen=expected, now=plan.amount)
    made = _carry_out(order, plan, key=key, reason=reason, restock=restock, actor_id=actor_id)
    if return_id is not None:
        settle_return(return_id=return_id, order_id=order_id, refund_id=made.id)
    return made


def refund_in_full(
    *, order_id: OrderId, reason: str, restock: bool = False, actor_id: UserId | None = None
) -> Refund | None:
    """Give back everything that is left of an order, once; return the refund, or None where nothing is left.

    An order that was never marked paid (its money came too late) gives back what was charged: its gift cards
    were given back when it ended. ``restock`` puts its units on the shelf again. Raises
    DomainError('gift_card_used', available=) where a gift card that it bought has been used.
    """
    order = locked(order_id)
    key = f"full:{order_id}"
    done = db.session.scalar(sa.select(Refund).where(Refund.key == key))
    if done is not None:
        return done
    if order.paid_at is None:
        return _return_charge(order, key=key, reason=reason, actor_id=actor_id)
    account = queries.get_refund_account(order)
    if account.is_settled:
        _release_voucher(order)
        return None
    plan = rules.plan_refund(account, rules.everything(account))
    return _carry_out(order, plan, key=key, reason=reason, restock=restock, actor_id=actor_id)


def mark_refund_done(*, refund_id: RefundId) -> Refund | None:
    """Note that the processor has returned the money; return the refund, or None where that was known."""
    return _settle(refund_id, RefundState.DONE, done_at=clock.now())


def mark_refund_failed(*, refund_id: RefundId, reason: str = "") -> Refund | None:
    """Note that the processor refuses, and why, so that staff see it; return the refund, or None when settled
    or noted before.
    """
    return _settle(refund_id, RefundState.FAILED, note=reason)


def reopen_refund(*, order_id: OrderId, refund_id: RefundId, actor_id: UserId | None = None) -> Refund | None:
    """Let an order's refund that the processor refused wait for it once more; return it, or None where it is
    not refused (any more). Raises NotFound for none of this order.
    """
    order = locked(order_id)
    refund = db.session.get(Refund, refund_id, populate_existing=True)
    if refund is None or refund.order_id != order_id:
        raise NotFound("no_refund", refund_id=str(refund_id))
    if refund.state is not RefundState.FAILED:
        return None
    refund.state = RefundState.PENDING
    amount = refund.charged_amount
    record(
        order_id,
        "refund_retried",
        actor_id=actor_id,
        refund=str(refund_id),
        amount=amount,
        currency=order.currency,
    )
    return refund


def _settle(refund_id: RefundId, state: RefundState, *, note: str = "", **values: object) -> Refund | None:
    order_id = db.session.scalar(sa.select(Refund.order_id).where(Refund.id == refund_id))
    if order_id is None:
        return None
    order = locked(order_id)
    open_ones = (
        [RefundState.PENDING, RefundState.FAILED] if state is RefundState.DONE else [RefundState.PENDING]
    )
    settled = db.session.scalars(
        sa.update(Refund)
        .where(Refund.id == refund_id, Refund.state.in_(open_ones))
        .values(state=state, **values)
        .returning(Refund)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if settled is not None:
        kind, amount = f"refund_{state.value}", settled.charged_amount
        record(
            settled.order_id,
            kind,
            note=note[:500],
            refund=str(refund_id),
            amount=amount,
            currency=order.currency,
        )
    return settled


def _carry_out(
    order: Order, plan: RefundPlan, *, key: str, reason: str, restock: bool, actor_id: UserId | None
) -> Refund:
    """Do what the plan says: books of the order, stock, gift cards, points; then tell everybody."""
    made = _write(order, plan, key=key, reason=reason, restock=restock, actor_id=actor_id)
    _count(order, plan)
    _return_units(plan, made, restock=restock)
    _release_voucher(order)
    if made.gift_card_amount:
        gift_cards.refund(order_id=order.id, refund_id=made.id, amount=made.gift_card_amount)
    points = _reverse_points(order, plan, made)
    reward = _return_reward(order, plan)
    told: dict[str, Any] = {"reward_returned": reward.name} if reward else {}
    record(
        order.id, "refunded", note=reason, actor_id=actor_id, refund=str(made.id), amount=made.amount,
        currency=order.currency,
        units=sum(plan.units.values()), restock=restock, points_returned=points.returned,
        points_taken=points.reversed, **told,
    )  # fmt: skip
    bus.publish(RefundMade(order.id, made.id))
    return made


def _return_charge(order: Order, *, key: str, reason: str, actor_id: UserId | None) -> Refund | None:
    """Give back the charge of an order that ended unpaid: its money came too late to be used."""
    if order.amount_due == 0 or order.refund_status is not RefundStatus.NONE:
        return None
    order.refund_status = RefundStatus.FULL
    order.refunded_total = order.amount_due
    made = Refund(
        id=new_id(), order_id=order.id, key=key, state=RefundState.PENDING, amount=order.amount_due,
        charged_amount=order.amount_due, reason=reason, actor_id=actor_id,
    )  # fmt: skip
    db.session.add(made)
    record(
        order.id, "refunded", note=reason, actor_id=actor_id, refund=str(made.id), amount=made.amount,
        currency=order.currency,
    )  # fmt: skip
    bus.publish(RefundMade(order.id, made.id))
    return made


def _write(
    order: Order, plan: RefundPlan, *, key: str, reason: str, restock: bool, actor_id: UserId | None
) -> Refund:
    made = Refund(
        id=new_id(),
        order_id=order.id,
        key=key,
        state=RefundState.PENDING if plan.charged else RefundState.DONE,
        amount=plan.amount,
        shipping_amount=plan.shipping,
        tax_amount=plan.tax,
        charged_amount=plan.charged,
        gift_card_amount=plan.gift_cards,
        reason=reason,
        restocks=restock,
        actor_id=actor_id,
        done_at=None if plan.charged else clock.now(),
    )
    db.session.add(made)
    db.session.flush()  # its lines are written by a statement of their own
    rows = [
        {
            "id": new_id(), "refund_id": made.id, "order_line_id": part.line_id, "quantity": part.units,
            "amount": part.amount, "tax_amount": part.tax,
        }
        for part in plan.lines
    ]  # fmt: skip
    if rows:
        db.session.execute(sa.insert(RefundLine), rows)
    return made


def _count(order: Order, plan: RefundPlan) -> None:
    """Raise the counters that the plan rests on; the row counts say whether that still holds."""
    counted = db.session.execute(
        sa.update(Order)
        .where(Order.id == order.id, Order.refunded_total == plan.before.refunded)
        .values(refunded_total=plan.after.refunded, refund_status=rules.refund_status(plan.after))
        .execution_options(synchronize_session="evaluate")
    )
    returned = [
        db.session.execute(
            sa.update(OrderLine)
            .where(OrderLine.id == line_id, OrderLine.refunded_quantity + units <= OrderLine.quantity)
            .values(refunded_quantity=OrderLine.refunded_quantity + units)
            .execution_options(synchronize_session=False)
        )
        for line_id, units in plan.units.items()
    ]
    if not all(rows_changed(result) for result in [counted, *returned]):
        raise AssertionError("a locked order has changed")


def _return_units(plan: RefundPlan, made: Refund, *, restock: bool) -> None:
    """Put pieces back where they are to be sold again, and end gift cards whose price goes back."""
    units = plan.units
    returned = [line for line in lines_of(made.order_id) if line.id in units] if units else []
    shelf = [(line.product_id, units[line.id]) for line in returned if not line.is_gift_card]
    if restock and shelf:
        stock.return_units(lines=shelf, key=str(made.id), order_id=made.order_id, user_id=made.actor_id)
    for line in returned:
        if line.is_gift_card:
            gift_cards.cancel_units(
                order_line_id=line.id, units=units[line.id], user_id=made.actor_id, reason=made.reason
            )


def _return_reward(order: Order, plan: RefundPlan) -> LoyaltyReward | None:
    """Give the reward back with the last unit and the last cent: it cannot be split, nor be had beside the
    goods that it was used for.
    """
    if order.reward_id is None or not plan.after.is_settled:
        return None
    return loyalty.return_reward(order_id=order.id, sent=order.shipped_at is not None)


def _release_voucher(order: Order) -> None:
    """Give the voucher's use back where the order is cancelled, paid or not; a refund alone keeps it."""
    if order.voucher_code and order.status is OrderStatus.CANCELLED:
        vouchers.release(order_id=order.id)


def _reverse_points(order: Order, plan: RefundPlan, made: Refund) -> Reversal:
    if order.user_id is None:
        return Reversal()
    (net_before, net_total), (net_after, _) = plan.before.net, plan.after.net
    reversal = loyalty.reverse(
        order_id=order.id,
        refund_id=made.id,
        net_total=net_total,
        net_refunded_before=net_before,
        net_refunded_after=net_after,
        returned=plan.points,
    )
    # A gift card or a delivery that is kept earned nothing.
    if not any(line.units_left for line in plan.after.goods) or order.refund_status is RefundStatus.FULL:
        loyalty.reverse_referral(order_id=order.id)
    return reversal
