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
from kashcraft.backoffice.views.lists import MOST_SELECTED, answer_list, back_to, read_list
from kashcraft.backoffice.views.steps import attempt, go_with_undo, run
from kashcraft.core import flash
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId, new_token
from kashcraft.core.settings import formats
from kashcraft.inventory import queries as inventory
from kashcraft.inventory import services
from kashcraft.inventory.rules import StockPart, StockRecord

UNDO_DELIVERY_SECONDS = 30
NOT_UNDONE = {
    "delivery_too_old": "delivery_too_old",
    "stock_is_held": "delivery_in_orders",
    "not_counted": "delivery_in_orders",
}
flash.register(
    {
        "received_before": _l("This delivery was received before. Nothing was added again."),
        "delivery_undone": _l("The delivery is undone. Its units are no longer in stock."),
        "delivery_too_old": _l("It is too late to undo this delivery. Please correct the stock instead."),
        "delivery_in_orders": _l("Orders hold units of this delivery, so it cannot be undone."),
    }
)
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
    if not received:
        return go_to(_here(), notice="received_before")
    text, key = received_text(records, received, formats()), form.key.data or ""
    fields = [("key", key), ("back", _here())]
    return go_with_undo(
        _here(), text, url_for("backoffice.undo_delivery"), fields, seconds=UNDO_DELIVERY_SECONDS
    )


@bp.post("/stock/undo")
@requires(Permission.MANAGE_STOCK)
def undo_delivery() -> ResponseReturnValue:
    """Take back a delivery that was received a moment ago, unless its units are held or sold by now."""
    key, actor_id = request.form.get("key", ""), current_user.id
    return run(
        lambda: services.undo_delivery(key=key, user_id=actor_id),
        back_to("backoffice.stock"),
        done="delivery_undone",
        refused=NOT_UNDONE,
    )


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

    return answer_list(
        "backoffice/stock/list.html", asked, fetch, lambda found: rows(found, form),
        counts=_counts, context=lambda: {"form": form},
    )  # fmt: skip


def rows(found: Sequence[StockRecord], form: DeliveryForm | None = None) -> list[TableRow]:
    """Return stock records as rows of their list, with the fields of ``form`` for received units."""
    return [
        stock_row(
            record,
            formats(),
            url=url_for("backoffice.stock_history", product_id=record.product_id),
            units=form.units_of(record) if form and record.is_counted else None,
        )
        for record in found
    ]


def _counts() -> dict[str, int]:
    return {StockPart.LOW.value: inventory.count_low_stock()}
