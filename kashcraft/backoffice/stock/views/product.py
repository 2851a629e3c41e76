"""The page of one product's stock, its settings, and the figures of all stock."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.stock.forms import FirstCountForm, MostPerOrderForm
from kashcraft.backoffice.stock.presenters import leaving_table, movements_table, resting_table
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.core import clock
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import OrderId, ProductId
from kashcraft.core.money import Money
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.core.settings import formats, settings
from kashcraft.inventory import queries as inventory
from kashcraft.inventory import services
from kashcraft.orders import queries as orders

LIST_SIZE = 30
SHORT_LIST = 15
PERIODS = (30, 90)
REFUSALS = {"fewer_than_held": _l("Unpaid orders hold %(held)s units. Please count those, too.")}


@bp.get("/stock/<uuid:product_id>")
@requires(Permission.MANAGE_STOCK)
def stock_history(product_id: ProductId) -> ResponseReturnValue:
    """Show the stock of a product, its movements and its settings."""
    return _page(product_id)


@bp.post("/stock/<uuid:product_id>/limit")
@requires(Permission.MANAGE_STOCK)
def limit_stock(product_id: ProductId) -> ResponseReturnValue:
    """Set how many units of a product one order may hold."""
    form = MostPerOrderForm.from_request()
    if not form.validate():
        return _page(product_id, form), 422
    most = form.most.data
    return run(
        lambda: services.set_most_per_order(product_id=product_id, most=most),
        _stock_url(product_id),
        done="stock_limited",
    )


@bp.post("/stock/<uuid:product_id>/counting")
@requires(Permission.MANAGE_STOCK)
def start_counting(product_id: ProductId) -> ResponseReturnValue:
    """Count a product from now on."""
    form = FirstCountForm.from_request()
    if not form.validate():
        return _page(product_id, count=form), 422
    work = {"product_id": product_id, "quantity": form.quantity.data, "user_id": current_user.id}
    begun = attempt(lambda: services.start_counting(**work), form, REFUSALS, field="quantity")
    if begun is None:
        return _page(product_id, count=form), 422
    return go_to(_stock_url(product_id), notice="counting_begun" if begun else "counted_elsewhere")


@bp.post("/stock/<uuid:product_id>/without-count")
@requires(Permission.MANAGE_STOCK)
def stop_counting(product_id: ProductId) -> ResponseReturnValue:
    """Sell a product without counting it from now on."""
    work = {"product_id": product_id, "user_id": current_user.id}
    return run(lambda: services.stop_counting(**work), _stock_url(product_id), done="counting_ended")


def _page(
    product_id: ProductId, limit: MostPerOrderForm | None = None, count: FirstCountForm | None = None
) -> str:
    record = inventory.find_stock_record(product_id)
    if record is None:
        raise NotFound
    number = page_number(request.args.get("page"))
    found, total = inventory.list_movements(product_id, page=number, size=LIST_SIZE)
    numbers = orders.list_numbers({one.order_id for one in found if one.order_id})
    page_url = partial(url_for, "backoffice.stock_history", product_id=product_id)
    return render_template(
        "backoffice/stock/product.html",
        record=record,
        movements=movements_table(found, numbers, formats(), order_url=_order_url),
        page=ListPage(found, number, LIST_SIZE, total, lambda to: page_url(page=to)),
        form=limit or MostPerOrderForm(data={"most": record.most_per_order}),
        count=count or FirstCountForm(),
        most=settings().most_per_order,
    )


@bp.get("/stock/figures")
@requires(Permission.MANAGE_STOCK)
def stock_figures() -> ResponseReturnValue:
    """Show the value of stock, its turnover, what sells out first and what does not sell."""
    days = 90 if request.args.get("days") == "90" else 30
    now, currency = clock.now(), settings().shop_currency
    leaving = inventory.list_days_of_stock(now=now, days=days, page=1, size=SHORT_LIST)[0]
    resting = inventory.list_dead_stock(now=now, days=90, page=1, size=SHORT_LIST)[0]
    return render_template(
        "backoffice/stock/figures.html",
        days=days,
        periods=PERIODS,
        value=inventory.get_stock_value(),
        turnover=inventory.get_turnover(since=now - timedelta(days=days), until=now),
        leaving=leaving_table(leaving, formats(), url=_stock_url),
        resting=resting_table(resting, formats(), currency=currency, url=_stock_url),
        money=lambda minor: Money(minor, currency),
    )


def _stock_url(product_id: ProductId) -> str:
    return url_for("backoffice.stock_history", product_id=product_id)


def _order_url(order_id: OrderId) -> str:
    return url_for("backoffice.order", order_id=order_id)
