"""Buying a gift card on its page: the form that says whom it is for."""

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
from kashcraft.storefront.views.product import asked_for, gift_context, product_context, product_head


@bp.post("/p/<slug>/gift-card")
def buy_gift_card(slug: str) -> Response:
    """Put a gift card into the bag, or say beside the fields what is missing."""
    asked, panel = _asked(slug)
    form = GiftForm.from_request()
    form.set_designs(designs_of(panel.pictures))
    today = shop_time().date()
    if not form.validate_on(today) or not _is_sold(panel, form.product_id.data):
        return _again(asked, panel, form)
    owner, piece, quantity = current_owner(), form.product_id.data, form.quantity.data or 1
    gift, anew = form.gift(today), is_confirmed()
    answer = answer_line_change(
        lambda: cart_services.add_line(
            owner=owner, product_id=piece, quantity=quantity, gift=gift, ends_order=anew
        ),
        "bag_added",
        ADDED,
        shows="added",
    )
    return _cleared(answer, panel) if wants_fragment() and answer.status_code == 200 else answer


def _asked(slug: str) -> tuple[ProductRequest, BuyPanel]:
    asked = asked_for(slug, {})
    if asked is None:
        raise NotFound
    panel = queries.get_buy_panel(asked)
    if not panel.page.is_gift_card:
        raise NotFound
    return asked, panel


def _is_sold(panel: BuyPanel, product_id: ProductId | None) -> bool:
    return any(one.id == product_id for one in panel.page.variants)


def _cleared(answer: Response, panel: BuyPanel) -> Response:
    """Return the answer with an empty form beside it: the next card is another one."""
    form = render_template("storefront/_gift_form.html", oob=True, panel=panel, **gift_context(panel))
    answer.set_data(answer.get_data(as_text=True) + form)
    return answer


def _again(asked: ProductRequest, panel: BuyPanel, form: GiftForm) -> Response:
    """Show the form with what was typed, in place of itself or on its page."""
    context = {"panel": panel, **gift_context(panel, form)}
    if wants_fragment():
        response = fragment("storefront/_gift_form.html", status=422, **context)
        response.headers["HX-Retarget"] = "#gift-form"
        response.headers["HX-Reswap"] = "outerHTML"
        return response
    from_page = product_context(asked, clock.now()) | context
    content = Markup(render_template("storefront/_product.html", **from_page))  # noqa: S704 - rendered above
    page = render_template("storefront/page.html", head=product_head(asked), content=content)
    return make_response(page, 422)
