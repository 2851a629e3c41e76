"""E-mails about an order. Each is queued once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import OrderId, OrderLineId, PaymentId, RefundId
from kashcraft.core.settings import formats, installation, settings
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
from kashcraft.orders.services.history import list_lines, reload_order
from kashcraft.uploads.gateways.pictures import mail_file

RETURN_EMAILS = {
    ReturnState.REQUESTED: "return_requested",
    ReturnState.APPROVED: "return_approved",
    ReturnState.REFUSED: "return_refused",
}


def send_confirmation_email(*, order_id: OrderId) -> Message | None:
    """Queue the confirmation of a paid order; return the message, None for a cancelled order."""
    order = reload_order(order_id)
    if order.status is OrderStatus.CANCELLED:
        return None
    events = db.session.scalars(sa.select(OrderEvent).where(OrderEvent.order_id == order_id)).all()
    lines = list_lines(order_id)
    gifts = shown_gifts(order, lines, queries.list_card_states(lines), formats())
    pictures = _pictures(lines)
    context = emails.confirmation(order, lines, paid_with(events), formats(), gifts, pictures)
    return _queue(order, "order_confirmation", f"order_confirmation:{order_id}", context)


def send_shipped_email(*, order: Order, due: datetime | None = None) -> Message:
    """Queue the e-mail that an order was shipped, for ``due`` or now; return the message."""
    lines = list_lines(order.id)
    context = emails.shipped(order, lines, formats(), _pictures(lines))
    return _queue(order, "order_shipped", shipped_key(order.id), context, due=due)


def shipped_key(order_id: OrderId) -> str:
    """Return the key of the message that an order was shipped."""
    return f"order_shipped:{order_id}"


def send_refund_email(*, refund_id: RefundId) -> Message | None:
    """Queue the e-mail about a refund; return the message, None if it returns neither money nor points."""
    refund = db.session.get_one(Refund, refund_id)
    order = reload_order(refund.order_id)
    points = _points_returned(refund)
    if not refund.amount and not points:
        return None
    context = emails.refund(
        order, refund.amount, refund.reason, formats(), to_gift_cards=refund.gift_card_amount, points=points
    )
    return _queue(order, "order_refunded", f"order_refunded:{refund_id}", context)


def send_surplus_email(*, order_id: OrderId, payment_id: PaymentId, amount: int) -> Message:
    """Queue the e-mail that a second payment of ``amount`` minor units is refunded; return the message."""
    order = reload_order(order_id)
    reason = _("The order did not need this payment.")
    context = emails.refund(order, amount, reason, formats())
    return _queue(order, "order_refunded", f"surplus:{payment_id}", context)


def send_payment_failed_email(*, order_id: OrderId, payment_id: PaymentId, reason: str) -> Message:
    """Queue the e-mail that a payment was declined for ``reason`` after its customer had left; return it."""
    order = reload_order(order_id)
    context = {**emails.about(order), "reason": reason}
    return _queue(order, "payment_failed", f"payment_failed:{payment_id}", context)


def send_return_email(*, order: Order, request: ReturnRequest) -> Message | None:
    """Queue the e-mail about the state of a return; return the message.

    Return None for a received return, because its refund has an e-mail of its own.
    """
    kind = RETURN_EMAILS.get(request.state)
    if kind is None:
        return None
    context = {**emails.about(order), "answer": request.answer, "shop_address": settings().shop_address}
    return _queue(order, kind, f"{kind}:{request.id}", context)


def _pictures(lines: Sequence[OrderLine]) -> dict[OrderLineId, dict[str, object]]:
    """Return the pictures of those lines that have a picture in a format for e-mails."""
    media = installation().media_path
    shown = [one for one in lines if one.picture and (media / mail_file(one.picture["stem"])).is_file()]
    return {one.id: emails.picture(one) for one in shown}


def _queue(
    order: Order, kind: str, key: str, context: dict[str, object], *, due: datetime | None = None
) -> Message:
    return notifications.queue_message(
        kind=kind,
        recipient=order.email,
        key=key,
        context=context,
        user_id=order.user_id,
        order_id=order.id,
        locale=order.locale,
        due=due,
    )


def _points_returned(refund: Refund) -> int:
    """Return the number of spent points that a refund returned, according to the order's history."""
    of_order = (OrderEvent.order_id == refund.order_id, OrderEvent.kind == "refunded")
    entries = db.session.scalars(sa.select(OrderEvent.data).where(*of_order))
    return sum(data.get("points_returned", 0) for data in entries if data.get("refund") == str(refund.id))
