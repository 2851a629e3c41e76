"""Stock that runs low, and what arrives."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.stock.forms import RestockForm
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to
from kashcraft.core.ids import ProductId, new_token
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.inventory import queries as inventory
from kashcraft.inventory import services

LIST_SIZE = 30
LONGEST_WORDS = 120


@bp.get("/stock")
@requires(Permission.MANAGE_STOCK)
def stock() -> ResponseReturnValue:
    """List what runs low, each with a form for what has arrived, or what somebody looks for."""
    words = request.args.get("find", "").strip()[:LONGEST_WORDS]
    if words:
        found = inventory.search_stock_records(words, size=LIST_SIZE)
        return render_template("backoffice/stock/found.html", found=found, words=words)
    return _low_stock()


@bp.post("/stock/<uuid:product_id>/restock")
@requires(Permission.MANAGE_STOCK)
def restock(product_id: ProductId) -> ResponseReturnValue:
    """Add arrived units, once however often the form is sent."""
    form = RestockForm.from_request(product_id=product_id)
    if not form.validate():
        return _low_stock(form, product_id), 422
    work = {
        "product_id": product_id,
        "quantity": form.quantity.data,
        "key": form.key.data,
        "notes": form.notes.data or None,
        "user_id": current_user.id,
    }
    try:
        in_step(lambda: services.restock(**work))
    except DomainError as refusal:
        if refusal.code != "not_counted":
            raise
        return go_to(url_for("backoffice.stock"), notice="not_counted")
    return go_to(url_for("backoffice.stock"), notice="restocked")


def _low_stock(refused: RestockForm | None = None, refused_id: ProductId | None = None) -> str:
    number = page_number(request.values.get("page"))
    rows, total = inventory.list_low_stock(page=number, size=LIST_SIZE)
    page = ListPage(rows, number, LIST_SIZE, total, lambda other: url_for("backoffice.stock", page=other))
    forms = {
        row.product_id: RestockForm(
            product_id=row.product_id, data={"quantity": row.suggested or None, "key": new_token()}
        )
        for row in rows
    }
    if refused is not None and refused_id in forms:
        forms[refused_id] = refused
    return render_template("backoffice/stock/low.html", page=page, forms=forms, refused=refused)
