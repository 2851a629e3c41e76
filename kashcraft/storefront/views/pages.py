"""The home page and the help pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, redirect
from flask.typing import ResponseReturnValue

from kashcraft.catalogue.queries import get_version
from kashcraft.content.queries import find_new_page_slug, get_site_content
from kashcraft.content.rules import page_path
from kashcraft.core import autocommit, clock
from kashcraft.core.errors import NotFound
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import formats, settings
from kashcraft.shipping.views import visitor_country
from kashcraft.storefront import queries
from kashcraft.storefront.presenters import organization_data, website_data
from kashcraft.storefront.views.blueprint import bp
from kashcraft.storefront.views.frames import PageHead
from kashcraft.storefront.views.responses import card_list, data_block, full_url, page

TITLE = _l("Pashmina, papier-mâché, walnut wood and copper from Kashmir")
DESCRIPTION = _l(
    "Shawls, carpets, papier-mâché, walnut wood, copper and silver, made by hand in the workshops of Kashmir "
    "and sent with care to wherever you are."
)


@bp.get("/")
@autocommit.one_connection()
def home() -> Response:
    """Show the home page."""
    now = clock.now()
    head = PageHead(str(TITLE), str(DESCRIPTION), "/", "page-home")
    return page(
        "storefront/_home.html",
        "storefront/_home.html",
        queries.get_home_key(now),
        lambda: head,
        lambda: _home_context(now),
    )


@bp.get("/help/<slug>")
def help_page(slug: str) -> ResponseReturnValue:
    """Show a help page; an old address redirects to the current one."""
    country = visitor_country()
    view = queries.find_help_view(slug, country, formats())
    if view is None:
        return _moved(slug)
    title, shop = view.page.title, settings().shop_name
    description = view.page.description or _("%(title)s at %(shop)s.", title=title, shop=shop)
    head = PageHead(title, description, page_path(slug))
    template = "storefront/_help.html"
    prices = queries.list_delivery_prices(slug)
    key = ("help", slug, get_version(), prices, country if prices else "")
    return page(template, template, key, lambda: head, lambda: {"view": view})


def _moved(slug: str) -> ResponseReturnValue:
    current = find_new_page_slug(slug)
    if current is None:
        raise NotFound
    return redirect(page_path(current), 301)


def _home_context(now: datetime) -> dict[str, Any]:
    view = queries.get_home_view(now)
    return {
        "view": view,
        "new": card_list(view.new),
        "loved": card_list(view.loved),
        "help_urls": get_site_content().help_urls,
        "data": _website_data(),
    }


def _website_data() -> str:
    shop, url = settings(), full_url("/")
    logo = full_url(current_app.extensions["assets"].url("img/touch-icon.png"))
    return data_block(
        organization_data(name=shop.shop_name, url=url, logo=logo, email=shop.support_email),
        website_data(name=shop.shop_name, url=url, search=full_url("/search")),
    )
