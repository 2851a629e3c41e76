"""Payment verbs.

``open_payment`` and ``record_*`` run inside the caller's step. ``begin``, ``receive``, ``refresh`` and
``return_*`` talk to the processor: they run steps of their own around the call, and stand outside one.
"""

from kashcraft.payments.services.exchange import (
    begin,
    receive,
    refresh,
    return_refund,
    return_surplus,
)
from kashcraft.payments.services.opening import open_payment, record_reference
from kashcraft.payments.services.outcomes import record_outcome, record_receipt

__all__ = [
    "begin",
    "open_payment",
    "receive",
    "record_outcome",
    "record_receipt",
    "record_reference",
    "refresh",
    "return_refund",
    "return_surplus",
]
