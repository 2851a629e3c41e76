"""Lists of a category, of all products, and of search results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from kashcraft.catalogue.models import RedirectKind
from kashcraft.catalogue.queries import find_new_slug
from kashcraft.catalogue.rules import StoredPicture, category_path, plain_text, render_markdown
from kashcraft.core import autocommit, clock
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import formats, settings
from kashcraft.storefront import queries
from kashcraft.storefront.presenters import breadcrumb_data
from kashcraft.storefront.queries import ListingRequest
from kashcraft.storefront.views.blueprint import bp
from kashcraft.storefront.views.frames import PageHead
from kashcraft.storefront.views.responses import (
    cached_part,
    card_list,
    data_block,
    full_url,
    page,
)

ALL_TITLE = _l("All pieces")
ALL_TEXT = _l("Everything in the shop, from the loom, the workbench and the hills.")


@bp.get("/products")
@autocommit.one_connection()
def all_products() -> Response:
    """List all products."""
    query = _read_request(None)
    assert query is not None
    return _list(query, str(ALL_TITLE), str(ALL_TEXT), indexed=not query.filtered)


@bp.get("/c/<slug>")
@autocommit.one_connection()
def listing(slug: str) -> ResponseReturnValue:
    """List the products of a category and of its descendants."""
    query = _read_request(slug)
    if query is None or query.category is None:
        return _moved(slug)
    return _list(
        query,
        query.category.name,
        query.category.description,
        indexed=not query.filtered,
    )


@bp.get("/search")
@autocommit.one_connection()
def search() -> Response:
    """List the products that match the words of a search."""
    text = request.args.get("q", "")
    args = request.args.to_dict(flat=False)
    query = queries.search_request(text, args, settings().shop_currency, formats(), clock.now())
    title = f"“{text.strip()[:120]}”" if query.terms else _("Search")
    return _list(query, title, "", indexed=False)


def _read_request(category_slug: str | None) -> ListingRequest | None:
    args = request.args.to_dict(flat=False)
    return queries.find_listing_request(category_slug, args, settings().shop_currency, formats(), clock.now())


def _list(query: ListingRequest, title: str, text: str, *, indexed: bool) -> Response:
    size, now = settings().page_size, clock.now()
    response = page(
        "storefront/_listing_page.html",
        "storefront/_listing.html",
        (*query.key, title),
        lambda: _head(query, title, text, indexed=indexed),
        lambda: _context(query, title, text, size, now),
    )
    if query.refused:
        response.status_code = 422
    elif wants_fragment():
        # The form also sends empty fields, which must not appear in the address.
        response.headers["HX-Push-Url"] = query.address.of(query.selection)
    return response


def _head(query: ListingRequest, title: str, text: str, *, indexed: bool) -> PageHead:
    shop, category = settings(), query.category
    name, number = (category and category.seo_title) or title, query.selection.page
    if number > 1:
        name = _("%(title)s, page %(number)s", title=name, number=number)
    return PageHead(
        title=name,
        description=(category and category.seo_description)
        or plain_text(render_markdown(text, top=2))
        or _("%(title)s at %(shop)s.", title=title, shop=shop.shop_name),
        path=query.canonical,
        image=largest_of(category.picture) if category and category.picture else None,
        indexed=indexed,
    )


def _context(query: ListingRequest, title: str, text: str, size: int, now: datetime) -> dict[str, Any]:
    view = queries.get_listing_view(query, size, now)
    trail = [(name, full_url(url)) for name, url in view.trail]
    data = data_block(breadcrumb_data(trail)) if query.category else ""
    key = (
        query.index.serial,
        query.key[-1],
        query.prices.wrong,
        query.terms,
    )
    return {
        "view": view,
        "facets": cached_part("storefront/_facets.html", key, view=view),
        "cards": card_list(view.cards, eager=4, heading="h2"),
        "others": card_list(view.others, heading="h3"),
        "title": title,
        "text_html": render_markdown(text, top=2),
        "data": data,
    }


def largest_of(picture: StoredPicture) -> str:
    """Return the path of a picture's largest file."""
    return f"/media/{picture.stem}-{picture.widths[-1]}.webp"


def _moved(slug: str) -> ResponseReturnValue:
    target = find_new_slug(RedirectKind.CATEGORY, slug)
    if target is None:
        raise NotFound
    return redirect(category_path(target), 301)
