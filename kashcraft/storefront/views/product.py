"""The product page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

from flask import Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kashcraft.cart.forms import GiftForm
from kashcraft.catalogue.models import RedirectKind
from kashcraft.catalogue.queries import find_new_slug
from kashcraft.catalogue.rules import plain_text, product_path
from kashcraft.content.queries import get_site_content
from kashcraft.core import autocommit, clock
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.settings import settings, shop_time
from kashcraft.shipping.views import visitor_country
from kashcraft.storefront import queries
from kashcraft.storefront.presenters import OfferData, breadcrumb_data, product_data
from kashcraft.storefront.queries import BuyPanel, OtherProducts, ProductRequest
from kashcraft.storefront.rules import designs_of, gift_days
from kashcraft.storefront.views.blueprint import bp
from kashcraft.storefront.views.frames import PageHead
from kashcraft.storefront.views.product_parts import ProductPart, get_others_part, get_product_part
from kashcraft.storefront.views.responses import (
    cached_bytes,
    cached_content,
    card_list,
    data_block,
    full_url,
    in_layout,
)

MAX_VALUE_LENGTH = 80


@bp.get("/p/<slug>")
@autocommit.one_connection()
def product(slug: str) -> ResponseReturnValue:
    """Show a product; htmx gets the panel and the pictures.

    ``choice``, or ``option1`` to ``option3``, select a variant.
    """
    product_request, now = read_request(slug, request.args), clock.now()
    if product_request is None:
        return _moved(slug)
    if wants_fragment():
        key, build = product_request.key, partial(_panel_context, product_request)
        return make_response(cached_content("storefront/_choice.html", key, build))
    part = cache(lambda: get_product_part(product_request, lambda: _render_part(product_request)))
    content = cached_bytes(
        ("storefront/_product.html", *product_request.key),
        lambda: part().html + _get_others(part(), now),
    )
    return in_layout(lambda: part().head, content)


def read_request(slug: str, values: Mapping[str, str]) -> ProductRequest | None:
    """Return the product with a slug and the options in an address or form, None where there is no page.

    A form sends the variant as ``product_id``.
    """
    text = values.get("choice") or values.get("product_id") or ""
    try:
        choice = ProductId(UUID(text)) if text else None
    except ValueError:
        choice = None
    option_values = tuple(values.get(f"option{place}", "")[:MAX_VALUE_LENGTH] or None for place in (1, 2, 3))
    return queries.find_product_request(
        slug,
        choice,
        option_values,
        find_country=visitor_country,
        now=clock.now(),
    )


def product_head(product_request: ProductRequest) -> PageHead:
    """Return the head of a product page."""
    page_data = queries.get_buy_panel(product_request).page
    return PageHead(
        title=page_data.seo_title or page_data.name,
        description=page_data.seo_description or page_data.summary or plain_text(page_data.description_html),
        path=product_path(page_data.slug),
        body_class="page-product",
        image=page_data.pictures[0].largest if page_data.pictures else None,
        kind="product",
    )


def product_context(product_request: ProductRequest, now: datetime) -> dict[str, object]:
    """Return the template values of a product page."""
    view = queries.get_product_view(product_request)
    page_data = view.panel.page
    others = queries.get_other_products(page_data.id, page_data.related_ids, now)
    return _part_context(view) | {"rows": _rows(others, now)}


def _render_part(product_request: ProductRequest) -> ProductPart:
    template = current_app.jinja_env.get_template("storefront/_product_part.html")
    view = queries.get_product_view(product_request)
    html, page_data = template.render(**_part_context(view)).encode(), view.panel.page
    return ProductPart(
        page_data.id,
        page_data.related_ids,
        product_head(product_request),
        html,
        is_invented=not view.panel.accepts(product_request.option_values),
    )


def _part_context(view: queries.ProductView) -> dict[str, object]:
    return {"view": view, "data": _data(view), **_panel_values(view.panel)}


def _get_others(part: ProductPart, now: datetime) -> bytes:
    others = queries.get_other_products(part.product_id, part.related_ids, now)
    template = current_app.jinja_env.get_template("storefront/_product_others.html")
    return get_others_part(others, lambda: template.render(rows=_rows(others, now)).encode())


def _rows(others: OtherProducts, now: datetime) -> list[tuple[str, list[Markup]]]:
    cards = queries.get_other_cards(others, now)
    return [(_("Goes well with"), card_list(cards.related)), (_("Similar pieces"), card_list(cards.similar))]


def _panel_context(product_request: ProductRequest) -> dict[str, Any]:
    return _panel_values(queries.get_buy_panel(product_request))


def _panel_values(panel: BuyPanel) -> dict[str, object]:
    return {"panel": panel, "help_urls": get_site_content().help_urls, **gift_context(panel)}


def gift_context(panel: BuyPanel, form: GiftForm | None = None) -> dict[str, Any]:
    """Return the additional template values of a gift card, empty for other products."""
    if not panel.page.is_gift_card:
        return {}
    blank = GiftForm()
    blank.set_designs(designs_of(panel.pictures))
    first, last = gift_days(shop_time().date())
    return {"gift_form": form or blank, "first_day": first, "last_day": last}


def _data(view: queries.ProductView) -> str:
    page_data = view.panel.page
    url = full_url(product_path(page_data.slug))
    offers = [
        OfferData(
            one.sku,
            Money(one.price, page_data.currency),
            one.free > 0,
            f"{url}?choice={one.id}" if one.values else url,
            [full_url(picture.largest) for picture in page_data.variant_pictures.get(one.id, ())],
            None if one.compare_at is None else Money(one.compare_at, page_data.currency),
        )
        for one in page_data.variants
    ]
    rating = (page_data.rating_average, page_data.rating_count) if page_data.rating_average else None
    trail = [*view.trail, (page_data.name, product_path(page_data.slug))]
    return data_block(
        product_data(
            name=page_data.name,
            description=page_data.summary or plain_text(page_data.description_html, 320),
            url=url,
            images=[full_url(one.largest) for one in page_data.pictures],
            brand=page_data.vendor or settings().shop_name,
            offers=offers,
            rating=rating,
            category=view.panel.category.name if view.panel.category else "",
            material=", ".join(page_data.materials),
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
