"""How the stock of a piece has moved, and what the figures of all of it say."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.stock.forms import FirstCountForm, MostPerOrderForm
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.core import clock
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.core.settings import settings
from kashcraft.inventory import queries as inventory
from kashcraft.inventory import services
from kashcraft.orders import queries as orders

LIST_SIZE = 30
SHORT_LIST = 15
PERIODS = (30, 90)
REFUSALS = {"fewer_than_held": _l("Unpaid orders hold %(held)s of it now. Please count those, too.")}


@bp.get("/stock/<uuid:product_id>")
@requires(Permission.MANAGE_STOCK)
def stock_history(product_id: ProductId) -> ResponseReturnValue:
    """List the movements of a product's stock."""
    return _history(product_id)


@bp.post("/stock/<uuid:product_id>/limit")
@requires(Permission.MANAGE_STOCK)
def limit_stock(product_id: ProductId) -> ResponseReturnValue:
    """Say how many units of a product one order may hold."""
    form = MostPerOrderForm.from_request()
    if not form.validate():
        return _history(product_id, form), 422
    most = form.most.data
    in_step(lambda: services.set_most_per_order(product_id=product_id, most=most))
    return go_to(url_for("backoffice.stock_history", product_id=product_id), notice="stock_limited")


@bp.post("/stock/<uuid:product_id>/counting")
@requires(Permission.MANAGE_STOCK)
def start_counting(product_id: ProductId) -> ResponseReturnValue:
    """Count a product from now on."""
    form = FirstCountForm.from_request()
    if not form.validate():
        return _history(product_id, count=form), 422
    work = {"product_id": product_id, "quantity": form.quantity.data, "user_id": current_user.id}
    try:
        begun = in_step(lambda: services.start_counting(**work))
    except DomainError as refusal:
        form.refuse(DomainError(refusal.code, field="quantity", **refusal.details), REFUSALS)
        return _history(product_id, count=form), 422
    notice = "counting_begun" if begun else "counted_elsewhere"
    return go_to(url_for("backoffice.stock_history", product_id=product_id), notice=notice)


@bp.post("/stock/<uuid:product_id>/without-count")
@requires(Permission.MANAGE_STOCK)
def stop_counting(product_id: ProductId) -> ResponseReturnValue:
    """Sell a product without counting it from now on."""
    user_id = current_user.id
    in_step(lambda: services.stop_counting(product_id=product_id, user_id=user_id))
    return go_to(url_for("backoffice.stock_history", product_id=product_id), notice="counting_ended")


@bp.get("/stock/not-counted")
@requires(Permission.MANAGE_STOCK)
def stock_not_counted() -> ResponseReturnValue:
    """List the products that are sold without being counted."""
    number = page_number(request.args.get("page"))
    rows, total = inventory.list_not_counted(page=number, size=LIST_SIZE)
    page = ListPage(
        rows, number, LIST_SIZE, total, lambda to: url_for("backoffice.stock_not_counted", page=to)
    )
    return render_template("backoffice/stock/not_counted.html", page=page)


def _history(
    product_id: ProductId, refused: MostPerOrderForm | None = None, count: FirstCountForm | None = None
) -> str:
    piece = inventory.find_stock_record(product_id)
    if piece is None:
        raise NotFound
    number = page_number(request.args.get("page"))
    rows, total = inventory.list_movements(product_id, page=number, size=LIST_SIZE)
    here = "backoffice.stock_history"
    page = ListPage(rows, number, LIST_SIZE, total, lambda to: url_for(here, product_id=product_id, page=to))
    numbers = orders.list_numbers({row.order_id for row in rows if row.order_id})
    form = refused or MostPerOrderForm(data={"most": piece.most_per_order})
    return render_template(
        "backoffice/stock/product.html",
        piece=piece,
        page=page,
        numbers=numbers,
        zone=settings().zone,
        form=form,
        count=count or FirstCountForm(),
        most=settings().most_per_order,
    )


@bp.get("/stock/figures")
@requires(Permission.MANAGE_STOCK)
def stock_figures() -> ResponseReturnValue:
    """Show what stock is worth, how fast it sells, what runs out soon and what does not sell."""
    days = 90 if request.args.get("days") == "90" else 30
    now = clock.now()
    return render_template(
        "backoffice/stock/figures.html",
        days=days,
        periods=PERIODS,
        value=inventory.get_stock_value(),
        turnover=inventory.get_turnover(since=now - timedelta(days=days), until=now),
        leaving=inventory.list_days_of_stock(now=now, days=days, page=1, size=SHORT_LIST)[0],
        resting=inventory.list_dead_stock(now=now, days=90, page=1, size=SHORT_LIST)[0],
        money=lambda minor: Money(minor, settings().shop_currency),
    )
