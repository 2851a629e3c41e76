"""Texts and rows of the checkout: delivery methods, totals, and changes of an order."""

from kashcraft.checkout.presenters.differences import differences
from kashcraft.checkout.presenters.totals import DeliveryChoice, by_email, delivery_choice, total_rows

__all__ = ["DeliveryChoice", "by_email", "delivery_choice", "differences", "total_rows"]
