"""Buying a gift card on its page."""

from __future__ import annotations

from flask import Response, make_response, render_template
from markupsafe import Markup

from kashcraft.cart import services as cart_services
from kashcraft.cart.forms import GiftForm
from kashcraft.cart.views import ADDED, answer_line_change, current_owner, is_confirmed
from kashcraft.core import clock
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import fragment, wants_fragment
from kashcraft.core.ids import ProductId
from kashcraft.core.settings import shop_time
from kashcraft.storefront import queries
from kashcraft.storefront.queries import BuyPanel, ProductRequest
from kashcraft.storefront.rules import designs_of
from kashcraft.storefront.views.blueprint import bp
from kashcraft.storefront.views.product import gift_context, product_context, product_head, read_request


@bp.post("/p/<slug>/gift-card")
def buy_gift_card(slug: str) -> Response:
    """Add a gift card to the cart, or show the errors beside the fields."""
    product_request, panel = _gift_card_request(slug)
    form = GiftForm.from_request()
    form.set_designs(designs_of(panel.pictures))
    today = shop_time().date()
    if not form.validate_on(today) or not _is_sold(panel, form.product_id.data):
        return _show_errors(product_request, panel, form)
    owner, product_id, quantity = current_owner(), form.product_id.data, form.quantity.data or 1
    gift, sure = form.gift(today), is_confirmed()
    response = answer_line_change(
        lambda: cart_services.add_line(
            owner=owner, product_id=product_id, quantity=quantity, gift=gift, ends_order=sure
        ),
        "bag_added",
        ADDED,
        shows="added",
    )
    return _with_blank_form(response, panel) if wants_fragment() and response.status_code == 200 else response


def _gift_card_request(slug: str) -> tuple[ProductRequest, BuyPanel]:
    product_request = read_request(slug, {})
    if product_request is None:
        raise NotFound
    panel = queries.get_buy_panel(product_request)
    if not panel.page.is_gift_card:
        raise NotFound
    return product_request, panel


def _is_sold(panel: BuyPanel, product_id: ProductId | None) -> bool:
    return any(one.id == product_id for one in panel.page.variants)


def _with_blank_form(response: Response, panel: BuyPanel) -> Response:
    """Return the response with an empty form for the next gift card."""
    form = render_template("storefront/_gift_form.html", oob=True, panel=panel, **gift_context(panel))
    response.set_data(response.get_data(as_text=True) + form)
    return response


def _show_errors(product_request: ProductRequest, panel: BuyPanel, form: GiftForm) -> Response:
    """Show the form with its input and errors, in place of itself or on its page."""
    context = {"panel": panel, **gift_context(panel, form)}
    if wants_fragment():
        response = fragment("storefront/_gift_form.html", status=422, **context)
        response.headers["HX-Retarget"] = "#gift-form"
        response.headers["HX-Reswap"] = "outerHTML"
        return response
    from_page = product_context(product_request, clock.now()) | context
    content = Markup(render_template("storefront/_product.html", **from_page))  # noqa: S704 - rendered above
    page = render_template("storefront/page.html", head=product_head(product_request), content=content)
    return make_response(page, 422)
