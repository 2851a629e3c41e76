"""Codes, points and rewards in the cart."""

from __future__ import annotations

from flask import Response, url_for

from kashcraft.cart import queries
from kashcraft.cart.views.blueprint import bp, current_owner
from kashcraft.cart.views.cart import shown
from kashcraft.cart.views.code_box import FormOutcome
from kashcraft.cart.views.code_forms import CodeForms
from kashcraft.core.htmx import go_to, trigger, wants_fragment
from kashcraft.pricing.rules import Quote
from kashcraft.shipping.views import visitor_country


def _quoted() -> Quote | None:
    """Return what the cart is shown to cost."""
    owner = current_owner()
    cart = queries.get_contents(owner)
    return queries.get_estimate(owner, cart, country=visitor_country()).quote if cart.items else None


def _answered(outcome: FormOutcome) -> Response:
    """Show the cart as it is now: its part, the page with what was refused, or the page anew."""
    if not outcome.error and not wants_fragment():
        return go_to(url_for("cart.show", _anchor="summary"), said=outcome.said)
    response = shown(current_owner(), status=outcome.status, box=outcome)
    return trigger(response, "announce", message=outcome.said) if outcome.said else response


CodeForms(answered=_answered, quoted=_quoted).register(bp)
