"""Buying a choice of a family from its page: what is still to be chosen is asked for there."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from markupsafe import Markup

from kashcraft.cart.views import cart
from kashcraft.core import clock
from kashcraft.core.errors import NotFound
from kashcraft.core.forms import note_refusal
from kashcraft.core.htmx import fragment, wants_fragment
from kashcraft.storefront import queries
from kashcraft.storefront.queries import BuyPanel, ProductRequest
from kashcraft.storefront.views.blueprint import bp
from kashcraft.storefront.views.product import asked_for, product_context, product_head


@bp.post("/p/<slug>/bag")
def buy_variant(slug: str) -> Response:
    """Put the choice into the bag, or say beside the options which one has to be chosen first."""
    asked = asked_for(slug, request.form)
    if asked is None:
        raise NotFound
    if asked.choice is None:
        panel = queries.get_buy_panel(asked)
        if panel.missing:
            return _ask(asked, panel)
    return cart.add_line()


def _ask(asked: ProductRequest, panel: BuyPanel) -> Response:
    """Show the form with what is missing, in place of itself or on its page."""
    if wants_fragment():
        response = fragment("storefront/_buy_form.html", status=422, panel=panel, refused=True)
        response.headers["HX-Retarget"] = "#buy-form"
        response.headers["HX-Reswap"] = "outerHTML"
        return response
    note_refusal()
    from_page = product_context(asked, clock.now()) | {"refused": True}
    content = Markup(render_template("storefront/_product.html", **from_page))  # noqa: S704 - rendered above
    page = render_template("storefront/page.html", head=product_head(asked), content=content)
    return make_response(page, 422)
