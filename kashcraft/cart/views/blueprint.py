"""The blueprint of the cart, and whose cart a request means."""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user

from kashcraft.cart.rules import MEMBER, Owner
from kashcraft.cart.views.cookie import cart_cookie

bp = Blueprint("cart", __name__)


def current_owner() -> Owner:
    """Return whose cart the request means: the signed-in member's, else that of the cart cookie's token."""
    if current_user.is_authenticated:
        return Owner(user_id=current_user.id)
    token, _ = cart_cookie()
    return Owner(token=token if token != MEMBER else None)
