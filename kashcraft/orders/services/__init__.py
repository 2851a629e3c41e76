"""Services of orders. They run in the caller's step, and most of them add an entry to the order's history."""

from kashcraft.orders.services.adopting import adopt_guest_orders
from kashcraft.orders.services.emails import (
    send_confirmation_email,
    send_payment_failed_email,
    send_refund_email,
    send_return_email,
    send_surplus_email,
)
from kashcraft.orders.services.ending import cancel, expire, expire_due
from kashcraft.orders.services.fulfilment import (
    UNDO_TIME,
    mark_delivered,
    mark_shipped,
    start_processing,
    undo_fulfilment,
)
from kashcraft.orders.services.holding import extend_hold, note_payment_use
from kashcraft.orders.services.notes import add_note
from kashcraft.orders.services.payment import mark_paid
from kashcraft.orders.services.placing import WrittenOrder, claim, write
from kashcraft.orders.services.refunds import (
    mark_refund_done,
    mark_refund_failed,
    refund,
    refund_in_full,
    reopen_refund,
)
from kashcraft.orders.services.returns import approve_return, receive_return, refuse_return, request_return

__all__ = [
    "UNDO_TIME",
    "WrittenOrder",
    "add_note",
    "adopt_guest_orders",
    "approve_return",
    "cancel",
    "claim",
    "expire",
    "expire_due",
    "extend_hold",
    "mark_delivered",
    "mark_paid",
    "mark_refund_done",
    "mark_refund_failed",
    "mark_shipped",
    "note_payment_use",
    "receive_return",
    "refund",
    "refund_in_full",
    "refuse_return",
    "reopen_refund",
    "request_return",
    "send_confirmation_email",
    "send_payment_failed_email",
    "send_refund_email",
    "send_return_email",
    "send_surplus_email",
    "start_processing",
    "undo_fulfilment",
    "write",
]
