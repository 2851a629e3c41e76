"""What a checkout decides without a database: steps, what its button was pressed for, and the draft of its
order.
"""

from kashcraft.checkout.rules.flow import Step, is_enough, next_step, open_step, order_draft
from kashcraft.checkout.rules.seen import agree, picture

__all__ = ["Step", "agree", "is_enough", "next_step", "open_step", "order_draft", "picture"]
