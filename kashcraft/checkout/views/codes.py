"""The code box in the last step of the checkout."""

from __future__ import annotations

from flask import Response, url_for

from kashcraft.cart.views.blueprint import current_owner
from kashcraft.cart.views.code_box import FormOutcome
from kashcraft.cart.views.code_forms import CodeForms
from kashcraft.checkout import queries
from kashcraft.checkout.views.steps import bp, show_checkout
from kashcraft.core.htmx import go_to, trigger, wants_fragment
from kashcraft.pricing.rules import Quote


def _get_quote() -> Quote | None:
    """Return the quote of the order as it is shown."""
    state = queries.find_checkout_state(current_owner())
    return state.quote if state else None


def _respond(outcome: FormOutcome) -> Response:
    """Show the current last step: its part for htmx, the page with an error, or a redirect to the page."""
    if not outcome.error and not wants_fragment():
        return go_to(url_for("checkout.start", _anchor="payment"), said=outcome.message)
    state = queries.find_checkout_state(current_owner())
    if state is None:
        return go_to(url_for("cart.show"), notice="checkout_empty")
    response = show_checkout(state, status=outcome.status, box=outcome)
    return trigger(response, "announce", message=outcome.message) if outcome.message else response


CodeForms(respond=_respond, get_quote=_get_quote).register(bp)
