"""What a checkout decides without a database: steps, ways of delivery, totals, what its button was pressed
for, and the draft of its order.
"""

from kashcraft.checkout.rules.flow import (
    BY_EMAIL,
    DeliveryChoice,
    Step,
    Terms,
    choice_of,
    delivery_choices,
    is_enough,
    needs_delivery,
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
    "Terms",
    "agree",
    "choice_of",
    "delivery_choices",
    "differences",
    "is_enough",
    "needs_delivery",
    "next_step",
    "open_step",
    "order_draft",
    "picture",
    "total_rows",
]
