"""The list of products."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.presenters.tables import (
    ALL,
    BulkAction,
    ListFilter,
    ListRequest,
    TableRow,
)
from kashcraft.backoffice.products.presenters.bulk import CHANGES, offered_changes
from kashcraft.backoffice.products.presenters.listing import LIST, product_row, status_counts
from kashcraft.backoffice.products.queries import search_products
from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.catalogue.queries import administration, product_list
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.product_list import ListedProduct, ProductSearch
from kashcraft.core import clock
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import CategoryId
from kashcraft.core.settings import formats


@bp.get("/catalogue")
@requires(Permission.MANAGE_CATALOGUE)
def products() -> ResponseReturnValue:
    """List products by status; filtered by category, stock and sale; searched and sorted."""
    asked = read_list(LIST, filters=_filters())
    search = _search(asked)
    return answer_list(
        "backoffice/products/list.html",
        asked,
        lambda page, size: search_products(search, now=clock.now(), page=page, size=size),
        rows,
        counts=lambda: status_counts(product_list.count_by_status()),
        bulk=_bulk(asked),
    )


def rows(found: Sequence[ListedProduct]) -> list[TableRow]:
    """Return products as rows of their list."""
    sees_stock = may(current_user.roles, Permission.MANAGE_STOCK)
    return [
        product_row(
            one,
            formats(),
            url=url_for("backoffice.product", product_id=one.id),
            stock_url=_stock_url(one) if sees_stock else "",
        )
        for one in found
    ]


def _stock_url(product: ListedProduct) -> str:
    if product.variants:
        return url_for("backoffice.stock", tab=ALL, find=product.name)
    return url_for("backoffice.stock_history", product_id=product.id)


def _filters() -> list[ListFilter]:
    categories = [(str(one), path) for one, path in administration.list_category_choices()]
    return [
        ListFilter(name="category", label=_l("Category"), choices=(("", _l("All")), *categories)),
        ListFilter(name="stock", label=_l("Stock"), choices=(("", _l("All")), ("none", _l("Sold out")))),
        ListFilter(name="sale", label=_l("Sale"), choices=(("", _l("All")), ("now", _l("On sale")))),
    ]


def _search(asked: ListRequest) -> ProductSearch:
    chosen = asked.filters.get("category", "")
    inside = administration.list_inside(CategoryId(UUID(chosen))) if chosen else ()
    return ProductSearch(
        words=asked.find,
        status=None if asked.tab == ALL else Status(asked.tab),
        category_ids=tuple(inside),
        is_on_sale=asked.filters.get("sale") == "now",
        is_sold_out=asked.filters.get("stock") == "none",
        sort=asked.sort_key,
        descending=asked.is_descending,
    )


def _bulk(asked: ListRequest) -> list[BulkAction]:
    """Return the changes that the rows of the tab may need."""
    return [
        BulkAction(label=CHANGES[one], url=url_for("backoffice.change_products", change=one))
        for one in offered_changes(asked.tab)
    ]
