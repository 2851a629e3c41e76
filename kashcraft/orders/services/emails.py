"""Letters about an order, each written once."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kashcraft.catalogue.gateways.pictures import mail_file
from kashcraft.core.db import db
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import OrderId, OrderLineId, PaymentId, RefundId
from kashcraft.core.settings import formats, settings
from kashcraft.notifications import services as notifications
from kashcraft.notifications.models import Message
from kashcraft.orders import queries
from kashcraft.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    ReturnRequest,
    ReturnState,
)
from kashcraft.orders.presenters import emails, paid_with, shown_gifts
from kashcraft.orders.services.history import as_it_is, lines_of

RETURN_LETTERS = {
    ReturnState.REQUESTED: "return_requested",
    ReturnState.APPROVED: "return_approved",
    ReturnState.REFUSED: "return_refused",
}


def send_confirmation(*, order_id: OrderId) -> Message | None:
    """Write the letter that confirms a paid order and return it; None for one cancelled meanwhile."""
    order = as_it_is(order_id)
    if order.status is OrderStatus.CANCELLED:
        return None
    events = db.session.scalars(sa.select(OrderEvent).where(OrderEvent.order_id == order_id)).all()
    lines = lines_of(order_id)
    gifts = shown_gifts(order, lines, queries.list_card_states(lines), formats())
    pictures = _pictures(lines)
    context = emails.confirmation(order, lines, paid_with(events), formats(), gifts, pictures)
    return _queue(order, "order_confirmation", f"order_confirmation:{order_id}", context)


def send_shipped(*, order: Order) -> Message:
    """Write the e-mail that an order has left, once; return it."""
    lines = lines_of(order.id)
    context = emails.shipped(order, lines, formats(), _pictures(lines))
    return _queue(order, "order_shipped", f"order_shipped:{order.id}", context)


def send_refund_letter(*, refund_id: RefundId) -> Message | None:
    """Write the letter that tells of a refund; return it, or None where neither money nor points go back."""
    refund = db.session.get_one(Refund, refund_id)
    order = as_it_is(refund.order_id)
    points = _points_returned(refund)
    if not refund.amount and not points:
        return None
    context = emails.refund(
        order, refund.amount, refund.reason, formats(), to_gift_cards=refund.gift_card_amount, points=points
    )
    return _queue(order, "order_refunded", f"order_refunded:{refund_id}", context)


def send_surplus_letter(*, order_id: OrderId, payment_id: PaymentId, amount: int) -> Message:
    """Write the letter that a second payment of ``amount`` minor units goes back; return it."""
    order = as_it_is(order_id)
    reason = _("The order did not need this payment.")
    context = emails.refund(order, amount, reason, formats())
    return _queue(order, "order_refunded", f"surplus:{payment_id}", context)


def send_payment_failed(*, order_id: OrderId, payment_id: PaymentId, reason: str) -> Message:
    """Write the letter that a payment was declined after its maker had left, with ``reason``; return it."""
    order = as_it_is(order_id)
    context = {**emails.about(order), "reason": reason}
    return _queue(order, "payment_failed", f"payment_failed:{payment_id}", context)


def send_return_letter(*, order: Order, request: ReturnRequest) -> Message | None:
    """Write the letter that tells of a return as it now stands; None for one received: its refund has one."""
    kind = RETURN_LETTERS.get(request.state)
    if kind is None:
        return None
    context = {**emails.about(order), "answer": request.answer, "shop_address": settings().shop_address}
    return _queue(order, kind, f"{kind}:{request.id}", context)


def _pictures(lines: Sequence[OrderLine]) -> dict[OrderLineId, dict[str, object]]:
    """Return the pictures of those lines that have one which mail programs show."""
    media = settings().media_path
    shown = [one for one in lines if one.picture and (media / mail_file(one.picture["stem"])).is_file()]
    return {one.id: emails.picture(one) for one in shown}


def _queue(order: Order, kind: str, key: str, context: dict[str, object]) -> Message:
    return notifications.queue_message(
        kind=kind,
        recipient=order.email,
        key=key,
        context=context,
        user_id=order.user_id,
        order_id=order.id,
        locale=order.locale,
    )


def _points_returned(refund: Refund) -> int:
    """Return the spent points that a refund gave back, as the history has it."""
    of_order = (OrderEvent.order_id == refund.order_id, OrderEvent.kind == "refunded")
    told = db.session.scalars(sa.select(OrderEvent.data).where(*of_order))
    return sum(data.get("points_returned", 0) for data in told if data.get("refund") == str(refund.id))
