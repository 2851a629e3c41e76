"""How the stock of a piece has moved, and what the figures of all of it say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from kashcraft.backoffice.forms.inventory import MostPerOrderForm
from kashcraft.backoffice.rules import Act
from kashcraft.backoffice.views import bp, for_those_who_may
from kashcraft.core import clock
from kashcraft.core.context import settings
from kashcraft.core.db import in_step
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.money import Money
from kashcraft.core.pagination import Page, page_number
from kashcraft.inventory import queries as stock
from kashcraft.inventory import services
from kashcraft.orders import queries as orders

LIST_SIZE = 30
SHORT_LIST = 15
PERIODS = (30, 90)


@bp.get("/stock/<uuid:product_id>")
@for_those_who_may(Act.KEEP_STOCK)
def stock_history(product_id: UUID) -> Any:
    """List the movements of a product's stock."""
    return _history(product_id)


@bp.post("/stock/<uuid:product_id>/limit")
@for_those_who_may(Act.KEEP_STOCK)
def limit_stock(product_id: UUID) -> Any:
    """Say how many units of a product one order may hold."""
    form = MostPerOrderForm.from_request()
    if not form.validate():
        return _history(product_id, form), 422
    most = form.most.data
    in_step(lambda: services.set_most_per_order(product_id=product_id, most=most))
    return go_to(url_for("backoffice.stock_history", product_id=product_id), notice="stock_limited")


def _history(product_id: UUID, refused: MostPerOrderForm | None = None) -> str:
    piece = stock.subject(product_id)
    if piece is None:
        raise NotFound
    number = page_number(request.args.get("page"))
    rows, total = stock.history(product_id, page=number, size=LIST_SIZE)
    here = "backoffice.stock_history"
    page = Page(rows, number, LIST_SIZE, total, lambda to: url_for(here, product_id=product_id, page=to))
    numbers = orders.order_numbers({row.order_id for row in rows if row.order_id})
    form = refused or MostPerOrderForm(data={"most": piece.most_per_order})
    return render_template(
        "backoffice/stock_history.html",
        piece=piece,
        page=page,
        numbers=numbers,
        zone=settings().zone,
        form=form,
        most=settings().most_per_order,
    )


@bp.get("/stock/figures")
@for_those_who_may(Act.KEEP_STOCK)
def stock_figures() -> Any:
    """Show what stock is worth, how fast it sells, what runs out soon and what does not sell."""
    days = 90 if request.args.get("days") == "90" else 30
    now = clock.now()
    return render_template(
        "backoffice/stock_figures.html",
        days=days,
        periods=PERIODS,
        value=stock.stock_value(),
        turnover=stock.turnover(since=now - timedelta(days=days), until=now),
        leaving=stock.days_of_stock(now=now, days=days, page=1, size=SHORT_LIST)[0],
        resting=stock.dead_stock(now=now, days=90, page=1, size=SHORT_LIST)[0],
        money=lambda minor: Money(minor, settings().shop_currency),
    )
