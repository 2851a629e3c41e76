"""The payment views and webhooks of the shop, and the views of the sandbox processor."""

from kashcraft.payments.views.sandbox import sandbox
from kashcraft.payments.views.shop import bp, order_page_values

__all__ = ["bp", "order_page_values", "sandbox"]
