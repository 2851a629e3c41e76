"""What a checkout decides without a database: steps, what its button was pressed for, and the draft of its
order.
"""

from kashcraft.checkout.rules.flow import Step, is_enough, next_step, open_step, order_draft
from kashcraft.checkout.rules.snapshot import is_same_order, order_snapshot

__all__ = ["Step", "is_enough", "is_same_order", "next_step", "open_step", "order_draft", "order_snapshot"]
