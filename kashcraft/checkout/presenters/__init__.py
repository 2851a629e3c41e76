"""What the checkout shows: ways of delivery, totals, and what differs from what its buyer saw."""

from kashcraft.checkout.presenters.differences import differences
from kashcraft.checkout.presenters.totals import DeliveryChoice, by_email, delivery_choice, total_rows

__all__ = ["DeliveryChoice", "by_email", "delivery_choice", "differences", "total_rows"]
