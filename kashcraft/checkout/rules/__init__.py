"""What a checkout decides without a database: steps, ways of delivery, totals, what its button was pressed
for, and the draft of its order.
"""

from kashcraft.checkout.rules.flow import (
    BY_EMAIL,
    DeliveryChoice,
    Step,
    delivery_choice,
    is_enough,
    next_step,
    open_step,
    order_draft,
    total_rows,
)
from kashcraft.checkout.rules.seen import agree, differences, picture

__all__ = [
    "BY_EMAIL",
    "DeliveryChoice",
    "Step",
    "agree",
    "delivery_choice",
    "differences",
    "is_enough",
    "next_step",
    "open_step",
    "order_draft",
    "picture",
    "total_rows",
]
