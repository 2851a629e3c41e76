"""The page of a piece."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from kashcraft.cart.forms import GiftForm
from kashcraft.catalogue.models import RedirectKind
from kashcraft.catalogue.queries import find_new_slug
from kashcraft.catalogue.rules import plain_text, product_path
from kashcraft.core import clock
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.settings import settings, shop_time
from kashcraft.shipping.views import visitor_country
from kashcraft.storefront import queries
from kashcraft.storefront.presenters import OfferData, breadcrumb_data, product_data
from kashcraft.storefront.queries import BuyPanel, ProductRequest
from kashcraft.storefront.rules import designs_of, gift_days
from kashcraft.storefront.views.blueprint import bp
from kashcraft.storefront.views.responses import PageHead, card_list, data_block, full_url, page

LONGEST_VALUE = 80


@bp.get("/p/<slug>")
def product(slug: str) -> ResponseReturnValue:
    """Show a piece; ``choice`` or ``option1`` to ``option3`` say what is chosen of it, htmx gets the panel
    beside the pictures, and the pictures.
    """
    asked, now = asked_for(slug, request.args), clock.now()
    if asked is None:
        return _moved(slug)
    return page(
        "storefront/_product.html",
        "storefront/_choice.html",
        asked.key,
        lambda: product_head(asked),
        lambda: _panel_context(asked) if wants_fragment() else product_context(asked, now),
    )


def asked_for(slug: str, said: Mapping[str, str]) -> ProductRequest | None:
    """Return the piece at ``slug`` with what an address or a form says of its options, None without a page.

    A form sends a choice under the name it buys with.
    """
    text = said.get("choice") or said.get("product_id") or ""
    try:
        choice = ProductId(UUID(text)) if text else None
    except ValueError:
        choice = None
    given = tuple(said.get(f"option{place}", "")[:LONGEST_VALUE] or None for place in (1, 2, 3))
    return queries.find_product_request(
        slug,
        choice,
        given,
        country=visitor_country(),
        now=clock.now(),
    )


def product_head(asked: ProductRequest) -> PageHead:
    """Return what the head of a piece's page says."""
    piece = queries.get_buy_panel(asked).page
    return PageHead(
        title=piece.seo_title or piece.name,
        description=piece.seo_description or piece.summary or plain_text(piece.description_html),
        path=product_path(piece.slug),
        body_class="page-product",
        image=piece.pictures[0].largest if piece.pictures else None,
        kind="product",
    )


def product_context(asked: ProductRequest, now: datetime) -> dict[str, Any]:
    """Return what the whole page of a piece shows."""
    view = queries.get_product_view(asked, now)
    rows = [(_("Goes well with"), card_list(view.related)), (_("Similar pieces"), card_list(view.similar))]
    page_data = {"view": view, "rows": rows, "data": _data(view)}
    return {**page_data, "panel": view.panel, **gift_context(view.panel)}


def _panel_context(asked: ProductRequest) -> dict[str, Any]:
    panel = queries.get_buy_panel(asked)
    return {"panel": panel, **gift_context(panel)}


def gift_context(panel: BuyPanel, form: GiftForm | None = None) -> dict[str, Any]:
    """Return what the page of a gift card shows besides, nothing for any other piece."""
    if not panel.page.is_gift_card:
        return {}
    blank = GiftForm()
    blank.set_designs(designs_of(panel.pictures))
    first, last = gift_days(shop_time().date())
    return {"gift_form": form or blank, "first_day": first, "last_day": last}


def _data(view: queries.ProductView) -> str:
    piece = view.panel.page
    url = full_url(product_path(piece.slug))
    offers = [
        OfferData(
            one.sku,
            Money(one.price, piece.currency),
            one.free > 0,
            f"{url}?choice={one.id}" if one.values else url,
            [full_url(picture.largest) for picture in piece.variant_pictures.get(one.id, ())],
        )
        for one in piece.variants
    ]
    rating = (piece.rating_average, piece.rating_count) if piece.rating_average else None
    trail = [*view.trail, (piece.name, product_path(piece.slug))]
    return data_block(
        product_data(
            name=piece.name,
            description=piece.summary or plain_text(piece.description_html, 320),
            url=url,
            images=[full_url(one.largest) for one in piece.pictures],
            brand=piece.vendor or settings().shop_name,
            offers=offers,
            rating=rating,
            category=view.panel.category.name if view.panel.category else "",
            material=", ".join(piece.materials),
        ),
        breadcrumb_data([(name, full_url(path)) for name, path in trail]),
    )


def _moved(slug: str) -> Response:
    target = find_new_slug(RedirectKind.PRODUCT, slug)
    if target is None:
        raise NotFound
    response = redirect(product_path(target), 301)
    assert isinstance(response, Response)
    return response
