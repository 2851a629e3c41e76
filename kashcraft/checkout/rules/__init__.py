"""The rules of the checkout: steps, the snapshot that a buyer agrees to, and the draft of the order."""

from kashcraft.checkout.rules.flow import Step, is_enough, next_step, open_step, order_draft
from kashcraft.checkout.rules.snapshot import is_same_order, order_snapshot

__all__ = ["Step", "is_enough", "is_same_order", "next_step", "open_step", "order_draft", "order_snapshot"]
