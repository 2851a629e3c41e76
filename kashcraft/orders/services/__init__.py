"""Order verbs: each one conditional update of the order with a row in its history, in the caller's step."""

from kashcraft.orders.services.adopting import adopt_guest_orders
from kashcraft.orders.services.emails import (
    send_confirmation,
    send_payment_failed,
    send_refund_letter,
    send_return_letter,
    send_surplus_letter,
)
from kashcraft.orders.services.ending import cancel, expire, expire_due
from kashcraft.orders.services.fulfilment import mark_delivered, mark_shipped, start_processing
from kashcraft.orders.services.holding import extend_hold, note_payment_use
from kashcraft.orders.services.notes import add_note
from kashcraft.orders.services.payment import mark_paid
from kashcraft.orders.services.placing import Written, claim, write
from kashcraft.orders.services.refunds import (
    mark_refund_done,
    mark_refund_failed,
    refund,
    refund_in_full,
    reopen_refund,
)
from kashcraft.orders.services.returns import approve_return, receive_return, refuse_return, request_return

__all__ = [
    "Written",
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
    "send_confirmation",
    "send_payment_failed",
    "send_refund_letter",
    "send_return_letter",
    "send_surplus_letter",
    "start_processing",
    "write",
]
