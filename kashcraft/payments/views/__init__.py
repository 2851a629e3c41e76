"""The shop's own payment pages and webhooks, and the pages of the sandbox processor."""

from kashcraft.payments.views.sandbox import sandbox
from kashcraft.payments.views.shop import bp, state_on_order_page

__all__ = ["bp", "sandbox", "state_on_order_page"]
