"""The page and drawer of the cart, and the code box."""

from kashcraft.cart.views import cart, codes, reorder
from kashcraft.cart.views.blueprint import bp, current_owner
from kashcraft.cart.views.cart import ADDED, answer_line_change
from kashcraft.cart.views.pending_order import is_confirmed

__all__ = ["ADDED", "answer_line_change", "bp", "cart", "codes", "current_owner", "is_confirmed", "reorder"]
