"""The cart's page and drawer, and its box of codes, points and rewards."""

from kashcraft.cart.views import again, cart, codes
from kashcraft.cart.views.blueprint import bp, current_owner
from kashcraft.cart.views.cart import ADDED, changing
from kashcraft.cart.views.waiting import is_insisted

__all__ = ["ADDED", "again", "bp", "cart", "changing", "codes", "current_owner", "is_insisted"]
