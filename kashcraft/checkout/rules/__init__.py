"""What a checkout decides without a database: steps, ways of delivery, totals, what its button was pressed
for, and the draft of its order.
"""

from kashcraft.checkout.rules.flow import (
    DeliveryChoice,
    Step,
    by_email,
    delivery_choice,
    is_enough,
    next_step,
    open_step,
    order_draft,
    total_rows,
)
from kashcraft.checkout.rules.seen import agree, differences, picture

__all__ = [
    "DeliveryChoice",
    "Step",
    "agree",
    "by_email",
    "delivery_choice",
    "differences",
    "is_enough",
    "next_step",
    "open_step",
    "order_draft",
    "picture",
    "total_rows",
]
