"""The code box in the cart."""

from __future__ import annotations

from flask import Response, url_for

from kashcraft.cart import queries
from kashcraft.cart.views.blueprint import bp, current_owner
from kashcraft.cart.views.cart import show_cart
from kashcraft.cart.views.code_box import FormOutcome
from kashcraft.cart.views.code_forms import CodeForms
from kashcraft.core.htmx import go_to, trigger, wants_fragment
from kashcraft.pricing.rules import Quote
from kashcraft.shipping.views import visitor_country


def _get_quote() -> Quote | None:
    """Return the quote of the cart as it is shown."""
    owner = current_owner()
    cart = queries.get_contents(owner)
    return queries.get_estimate(owner, cart, country=visitor_country()).quote if cart.items else None


def _respond(outcome: FormOutcome) -> Response:
    """Show the current cart: its part for htmx, the page with an error, or a redirect to the page."""
    if not outcome.error and not wants_fragment():
        return go_to(url_for("cart.show", _anchor="summary"), said=outcome.message)
    response = show_cart(current_owner(), status=outcome.status, box=outcome)
    return trigger(response, "announce", message=outcome.message) if outcome.message else response


CodeForms(respond=_respond, get_quote=_get_quote).register(bp)
