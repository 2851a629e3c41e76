"""The list of stock, where deliveries are received."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.presenters.tables import TableRow
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.stock.forms import UNITS, DeliveryForm
from kashcraft.backoffice.stock.presenters import LIST, received_text, stock_row
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import MOST_SELECTED, answer_list, read_list
from kashcraft.backoffice.views.steps import attempt
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId, new_token
from kashcraft.core.settings import formats
from kashcraft.inventory import queries as inventory
from kashcraft.inventory import services
from kashcraft.inventory.rules import StockPart, StockRecord

REFUSALS = {"not_counted": _l("This product is no longer counted. Nothing was received.")}


@bp.get("/stock")
@requires(Permission.MANAGE_STOCK)
def stock() -> ResponseReturnValue:
    """List stock: low, all, or not counted; searched and sorted."""
    return _list(DeliveryForm(data={"key": new_token()}))


@bp.post("/stock")
@requires(Permission.MANAGE_STOCK)
def receive_stock() -> ResponseReturnValue:
    """Receive the entered units of all products in one transaction, once however often the form is sent."""
    records = _records()
    form = DeliveryForm.from_request()
    for record in records:
        form.units_of(record)
    received = _receive(form) if form.validate() else None
    if received is None:
        return make_response(_list(form), 422)
    text = received_text(records, received, formats()) if received else ""
    return go_to(_here(), said=text, notice="received_before")


@bp.get("/stock/not-counted")
@requires(Permission.MANAGE_STOCK)
def stock_not_counted() -> ResponseReturnValue:
    """Redirect the old address of the products that are not counted to their tab."""
    return go_to(url_for("backoffice.stock", tab=StockPart.NOT_COUNTED.value))


def _records() -> Sequence[StockRecord]:
    """Return the stock records for which units were entered. Raises NotFound for an unknown product."""
    names = [name for name, text in request.form.items() if name.startswith(UNITS) and text.strip()]
    try:
        wanted = {ProductId(UUID(name.removeprefix(UNITS))) for name in names[:MOST_SELECTED]}
    except ValueError:
        raise NotFound from None
    records = inventory.list_stock_records(wanted)
    if len(records) < len(wanted):
        raise NotFound
    return records


def _here() -> str:
    """Return the address of the list as the current request names it."""
    asked = read_list(LIST)
    return asked.url(page=str(asked.page) if asked.page > 1 else "")


def _receive(form: DeliveryForm) -> dict[ProductId, int] | None:
    """Return the units by product that were added, none for a repeated form; None for a refusal."""
    work = {
        "units": form.entered(),
        "key": form.key.data,
        "notes": form.notes.data or None,
        "user_id": current_user.id,
    }
    return attempt(lambda: services.receive_delivery(**work), form, REFUSALS)


def _list(form: DeliveryForm) -> ResponseReturnValue:
    asked = read_list(LIST)

    def fetch(page: int, size: int) -> tuple[Sequence[StockRecord], int]:
        return inventory.search_stock(
            words=asked.find,
            part=StockPart(asked.tab),
            sort=asked.sort_key,
            descending=asked.is_descending,
            page=page,
            size=size,
        )

    def rows(found: Sequence[StockRecord]) -> list[TableRow]:
        return [_row(record, form) for record in found]

    return answer_list(
        "backoffice/stock/list.html",
        asked,
        fetch,
        rows,
        counts=_counts,
        context=lambda: {"form": form},
    )


def _row(record: StockRecord, form: DeliveryForm) -> TableRow:
    return stock_row(
        record,
        formats(),
        url=url_for("backoffice.stock_history", product_id=record.product_id),
        units=form.units_of(record) if record.is_counted else None,
    )


def _counts() -> dict[str, int]:
    return {StockPart.LOW.value: inventory.count_low_stock()}
