"""Buying a variant on the product page; missing options are reported there."""

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
from kashcraft.storefront.views.product import product_context, product_head, read_request


@bp.post("/p/<slug>/bag")
def buy_variant(slug: str) -> Response:
    """Add the variant to the cart, or report the first option that is not selected."""
    product_request = read_request(slug, request.form)
    if product_request is None:
        raise NotFound
    if product_request.variant_id is None:
        panel = queries.get_buy_panel(product_request)
        if panel.missing:
            return _show_missing_option(product_request, panel)
    return cart.add_line()


def _show_missing_option(product_request: ProductRequest, panel: BuyPanel) -> Response:
    """Show the form with the missing option, in place of itself or on its page."""
    if wants_fragment():
        response = fragment("storefront/_buy_form.html", status=422, panel=panel, refused=True)
        response.headers["HX-Retarget"] = "#buy-form"
        response.headers["HX-Reswap"] = "outerHTML"
        return response
    note_refusal()
    from_page = product_context(product_request, clock.now()) | {"refused": True}
    content = Markup(render_template("storefront/_product.html", **from_page))  # noqa: S704 - rendered above
    page = render_template("storefront/page.html", head=product_head(product_request), content=content)
    return make_response(page, 422)
