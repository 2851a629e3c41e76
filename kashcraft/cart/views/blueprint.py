"""The blueprint of the cart, and the owner of the cart of a request."""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user

from kashcraft.cart.rules import MEMBER, Owner
from kashcraft.cart.views.cookie import cart_cookie

bp = Blueprint("cart", __name__)


def current_owner() -> Owner:
    """Return the owner of the cart: the signed-in member, otherwise the guest with the cookie's token."""
    if current_user.is_authenticated:
        return Owner(user_id=current_user.id)
    token, _ = cart_cookie()
    return Owner(token=token if token != MEMBER else None)
