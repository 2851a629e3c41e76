"""Codes, points and rewards in the last step: the box of the cart."""

from __future__ import annotations

from flask import Response, url_for

from kashcraft.cart.views.blueprint import current_owner
from kashcraft.cart.views.code_box import FormOutcome
from kashcraft.cart.views.code_forms import CodeForms
from kashcraft.checkout import queries
from kashcraft.checkout.views.steps import bp, shown
from kashcraft.core.htmx import go_to, trigger, wants_fragment
from kashcraft.pricing.rules import Quote


def _get_quote() -> Quote | None:
    """Return what the order is shown to cost."""
    state = queries.find_checkout_state(current_owner())
    return state.quote if state else None


def _respond(outcome: FormOutcome) -> Response:
    """Show the last step as it is now: its part, the page with what was refused, or the page anew."""
    if not outcome.error and not wants_fragment():
        return go_to(url_for("checkout.start", _anchor="payment"), said=outcome.message)
    state = queries.find_checkout_state(current_owner())
    if state is None:
        return go_to(url_for("cart.show"), notice="checkout_empty")
    response = shown(state, status=outcome.status, box=outcome)
    return trigger(response, "announce", message=outcome.message) if outcome.message else response


CodeForms(respond=_respond, get_quote=_get_quote).register(bp)
