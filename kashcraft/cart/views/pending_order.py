"""What is asked before an order that waits for its payment is given up for something more in the bag."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import fragment, wants_fragment

ANEW = "anew"


def is_confirmed() -> bool:
    """Return whether the shopper has been asked and adds it anyway."""
    return ANEW in request.form


def ask(refusal: DomainError) -> Response:
    """Ask at the end of the form that was sent, or on a page that sends it once more."""
    if wants_fragment():
        response = fragment("cart/_pending_order.html", status=422, waits=refusal.details)
        response.headers["HX-Retarget"] = "this"
        response.headers["HX-Reswap"] = "beforeend"
        return response
    sent = [(name, text) for name, texts in request.form.lists() for text in texts]
    return make_response(render_template("cart/pending_order.html", waits=refusal.details, sent=sent), 409)
