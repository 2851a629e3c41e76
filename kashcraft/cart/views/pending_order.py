"""The confirmation before a pending order is cancelled by a change of the cart."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import fragment, wants_fragment

CONFIRMED = "anew"


def is_confirmed() -> bool:
    """Return whether the customer has confirmed that the pending order is cancelled."""
    return CONFIRMED in request.form


def ask_to_cancel_order(refusal: DomainError) -> Response:
    """Ask for confirmation in the form that was sent, or on a page that sends it again."""
    if wants_fragment():
        response = fragment("cart/_pending_order.html", status=422, pending_order=refusal.details)
        response.headers["HX-Retarget"] = "this"
        response.headers["HX-Reswap"] = "beforeend"
        return response
    sent = [(name, text) for name, texts in request.form.lists() for text in texts]
    return make_response(
        render_template("cart/pending_order.html", pending_order=refusal.details, sent=sent), 409
    )
