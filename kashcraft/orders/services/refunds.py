"""Refunds of money and units. The processor is called after the commit, keyed by the refund's id.

``rules.refunds`` calculates a refund from rows that stay locked until the step ends, so that a refund
equals the preview that staff confirmed, or is refused.
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
from kashcraft.orders.rules import RefundPlan, RefundRequest
from kashcraft.orders.services.history import list_lines, lock_order, record_event
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
    """Refund units by line, delivery and an amount of a paid order, in any combination; return the refund.

    ``shipping`` is an amount, or True for all that is left of it. ``restock`` returns the units to stock.
    ``key`` makes repeated calls return the same refund. ``expected`` is the amount that staff confirmed.
    ``return_id`` is the received return that this refunds.

    Raises NotFound, and DomainError: not_refundable (an unpaid order), refund_changed (``seen``,
    ``now``), gift_card_used (``available``) for a gift card bought in the order, return_not_received, and
    what ``rules.plan_refund`` raises.
    """
    order = lock_order(order_id)
    done = db.session.scalar(sa.select(Refund).where(Refund.key == key))
    if done is not None:
        return done
    if order.paid_at is None:
        raise DomainError("not_refundable", number=order.number, status=order.status.value)
    account = queries.get_refund_account(order)
    plan = rules.plan_refund(account, RefundRequest(units=lines or {}, amount=amount, shipping=shipping))
    if expected is not None and expected != plan.amount:
        raise DomainError("refund_changed", seen=expected, now=plan.amount)
    made = _apply_plan(order, plan, key=key, reason=reason, restock=restock, actor_id=actor_id)
    if return_id is not None:
        settle_return(return_id=return_id, order_id=order_id, refund_id=made.id)
    return made


def refund_in_full(
    *, order_id: OrderId, reason: str, restock: bool = False, actor_id: UserId | None = None
) -> Refund | None:
    """Refund all that is left of an order, once; return the refund, or None if nothing is left.

    An order whose payment came too late was never marked as paid: its charge is refunded, because its
    gift cards were already credited when it ended. ``restock`` returns the units to stock. Raises
    DomainError('gift_card_used', available=) if a gift card bought in the order has been used.
    """
    order = lock_order(order_id)
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
    plan = rules.plan_refund(account, rules.full_refund_request(account))
    return _apply_plan(order, plan, key=key, reason=reason, restock=restock, actor_id=actor_id)


def mark_refund_done(*, refund_id: RefundId) -> Refund | None:
    """Record that the processor has paid a refund; return the refund, or None if that was already known."""
    return _settle(refund_id, RefundState.DONE, done_at=clock.now())


def mark_refund_failed(*, refund_id: RefundId, reason: str = "") -> Refund | None:
    """Record that the processor refuses a refund, and why, for staff.

    Return the refund, or None if it was settled or refused before.
    """
    return _settle(refund_id, RefundState.FAILED, note=reason)


def reopen_refund(*, order_id: OrderId, refund_id: RefundId, actor_id: UserId | None = None) -> Refund | None:
    """Set a refused refund of an order back to pending; return it, or None if it is not refused.

    Raises NotFound if the order has no such refund.
    """
    order = lock_order(order_id)
    refund = db.session.get(Refund, refund_id, populate_existing=True)
    if refund is None or refund.order_id != order_id:
        raise NotFound("no_refund", refund_id=str(refund_id))
    if refund.state is not RefundState.FAILED:
        return None
    refund.state = RefundState.PENDING
    amount = refund.charged_amount
    record_event(
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
    order = lock_order(order_id)
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
        record_event(
            settled.order_id,
            kind,
            note=note[:500],
            refund=str(refund_id),
            amount=amount,
            currency=order.currency,
        )
    return settled


def _apply_plan(
    order: Order, plan: RefundPlan, *, key: str, reason: str, restock: bool, actor_id: UserId | None
) -> Refund:
    """Apply a plan: write the refund, update the counters, and return stock, gift card balance and points."""
    made = _write(order, plan, key=key, reason=reason, restock=restock, actor_id=actor_id)
    _count(order, plan)
    _return_units(plan, made, restock=restock)
    _release_voucher(order)
    if made.gift_card_amount:
        gift_cards.refund(order_id=order.id, refund_id=made.id, amount=made.gift_card_amount)
    points = _reverse_points(order, plan, made)
    reward = _return_reward(order, plan)
    details: dict[str, Any] = {"reward_returned": reward.name} if reward else {}
    record_event(
        order.id, "refunded", note=reason, actor_id=actor_id, refund=str(made.id), amount=made.amount,
        currency=order.currency,
        units=sum(plan.units.values()), restock=restock, points_returned=points.returned,
        points_taken=points.reversed, **details,
    )  # fmt: skip
    bus.publish(RefundMade(order.id, made.id))
    return made


def _return_charge(order: Order, *, key: str, reason: str, actor_id: UserId | None) -> Refund | None:
    """Refund the charge of an order that ended unpaid, because its payment came too late."""
    if order.amount_due == 0 or order.refund_status is not RefundStatus.NONE:
        return None
    order.refund_status = RefundStatus.FULL
    order.refunded_total = order.amount_due
    made = Refund(
        id=new_id(), order_id=order.id, key=key, state=RefundState.PENDING, amount=order.amount_due,
        charged_amount=order.amount_due, reason=reason, actor_id=actor_id,
    )  # fmt: skip
    db.session.add(made)
    record_event(
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
    """Raise the counters that the plan rests on. The row counts prove that they did not change."""
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
    """Return units to stock, and cancel refunded gift cards."""
    units = plan.units
    returned = [line for line in list_lines(made.order_id) if line.id in units] if units else []
    stocked = [(line.product_id, units[line.id]) for line in returned if not line.is_gift_card]
    if restock and stocked:
        stock.return_units(lines=stocked, key=str(made.id), order_id=made.order_id, user_id=made.actor_id)
    for line in returned:
        if line.is_gift_card:
            gift_cards.cancel_units(
                order_line_id=line.id, units=units[line.id], user_id=made.actor_id, reason=made.reason
            )


def _return_reward(order: Order, plan: RefundPlan) -> LoyaltyReward | None:
    """Return the order's reward once everything is refunded, because a reward cannot be split."""
    if order.reward_id is None or not plan.after.is_settled:
        return None
    return loyalty.return_reward(order_id=order.id, sent=order.shipped_at is not None)


def _release_voucher(order: Order) -> None:
    """Release the voucher's use if the order is cancelled. A refund alone does not release it."""
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
    # Gift cards and delivery earn no points, so they do not matter for the referral.
    if not any(line.units_left for line in plan.after.goods) or order.refund_status is RefundStatus.FULL:
        loyalty.reverse_referral(order_id=order.id)
    return reversal
