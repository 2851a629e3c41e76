"""Services of payments.

``open_*``, ``record_*``, ``retry_refund`` and ``notify_customer_of_failed_payment`` run inside the
caller's step. The other services talk to the processor. They run steps of their own around the call, and
must not be called inside a step.
"""

from kashcraft.payments.services.emails import notify_customer_of_failed_payment
from kashcraft.payments.services.exchange import (
    begin,
    end_payment,
    receive,
    refresh,
    return_refund,
    return_surplus,
)
from kashcraft.payments.services.opening import open_first_payment, open_payment, record_reference
from kashcraft.payments.services.outcomes import record_outcome, record_receipt
from kashcraft.payments.services.refunds import retry_refund
from kashcraft.payments.services.sandbox import (
    cancel_in_sandbox,
    confirm_in_sandbox,
    pay_in_sandbox,
    settle_sandbox,
)

__all__ = [
    "begin",
    "cancel_in_sandbox",
    "confirm_in_sandbox",
    "end_payment",
    "notify_customer_of_failed_payment",
    "open_first_payment",
    "open_payment",
    "pay_in_sandbox",
    "receive",
    "record_outcome",
    "record_receipt",
    "record_reference",
    "refresh",
    "retry_refund",
    "return_refund",
    "return_surplus",
    "settle_sandbox",
]
