"""Changes of many products at once: a preview of their effect, then the change, row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.products.forms.bulk import ChangeForm, PricesForm, TagForm
from kashcraft.backoffice.products.presenters.bulk import (
    CHANGES,
    STATUSES,
    ChangedRow,
    changes_table,
    planned_prices,
    planned_statuses,
    planned_tags,
    refused,
)
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import back_to, selected_ids
from kashcraft.backoffice.views.steps import go_with_undo
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.queries import product_list
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.product_list import SoldRow
from kashcraft.catalogue.rules.versions import version_of
from kashcraft.core import flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.ids import ProductId
from kashcraft.core.settings import formats, settings

flash.register({"products_unchanged": _l("The selected products already are as they should be.")})


@bp.post("/catalogue/selected/<any(publish, archive, restore, tag, untag, prices):change>")
@requires(Permission.MANAGE_CATALOGUE)
def change_products(change: str) -> ResponseReturnValue:
    """Show what a change does to the selected products, or make it."""
    ids = [ProductId(one) for one in selected_ids()]
    if not ids:
        return go_to(back_to("backoffice.products"), notice="nothing_selected")
    form = _form(change)
    is_sent = bool({"preview", "apply"} & request.form.keys()) or type(form) is ChangeForm
    rows = _planned(change, form, ids) if not is_sent or form.validate() else []
    version = version_of({one.id: [one.before, one.after] for one in rows})
    is_as_seen = form.seen.data == version or not isinstance(form, PricesForm)
    if "apply" in request.form and rows and is_as_seen:
        return _apply(change, form, ids)
    form.seen.data = version
    return _page(change, form, ids, rows, is_ready=is_sent and not form.errors)


@bp.post("/catalogue/selected/undo")
@requires(Permission.MANAGE_CATALOGUE)
def undo_products() -> ResponseReturnValue:
    """Give products their former status back: ``was`` is a status and an id."""
    for was in request.form.getlist("was")[:200]:
        status, _colon, text = was.partition(":")
        product_id = _product_id(text)
        if status in set(Status) and product_id is not None:
            _set_status(product_id, Status(status))
    return go_to(back_to("backoffice.products"))


def _form(change: str) -> ChangeForm:
    if change == "prices":
        return PricesForm.from_request(currency=settings().shop_currency)
    return TagForm.from_request() if change in ("tag", "untag") else ChangeForm.from_request()


def _planned(change: str, form: ChangeForm, ids: Sequence[ProductId]) -> list[ChangedRow]:
    if isinstance(form, PricesForm):
        sold = product_list.list_sold_rows(ids)
        return planned_prices(sold, form.basis_points, form.amount.minor, formats())
    pages = product_list.list_pages(ids)
    if isinstance(form, TagForm):
        return planned_tags(pages, (form.tag.data or "").strip(), present=change == "tag")
    return planned_statuses(pages, change)


def _apply(change: str, form: ChangeForm, ids: Sequence[ProductId]) -> ResponseReturnValue:
    if isinstance(form, PricesForm):
        return _apply_prices(form, ids)
    if isinstance(form, TagForm):
        return _apply_tag(form.tag.data or "", ids, present=change == "tag")
    pages = product_list.list_pages(ids)
    before = {one.id: one.status for one in pages}
    wanted = {row.id for row in planned_statuses(pages, change) if row.outcome == "changes"}
    changed = [one for one in before if str(one) in wanted and _set_status(one, STATUSES[change])]
    was = [("was", f"{before[one]}:{one}") for one in changed]
    return _done(len(changed), url_for("backoffice.undo_products"), was)


def _apply_tag(tag: str, ids: Sequence[ProductId], *, present: bool) -> ResponseReturnValue:
    def change(product_id: ProductId) -> bool:
        return in_step(lambda: catalogue.set_tag(product_id=product_id, tag=tag, present=present))

    changed = [one for one in ids if _try(lambda one=one: change(one))]  # type: ignore[misc]
    undo = url_for("backoffice.change_products", change="untag" if present else "tag")
    fields = [("ids", str(one)) for one in changed]
    return _done(len(changed), undo, [("tag", tag), ("apply", "y"), *fields])


def _apply_prices(form: PricesForm, ids: Sequence[ProductId]) -> ResponseReturnValue:
    """Change the prices of each product in a step of its own, and show what has become of each row."""
    sold = product_list.list_sold_rows(ids)
    rows = planned_prices(sold, form.basis_points, form.amount.minor, formats())
    reasons = {one: _change_prices(form, one, sold) for one in dict.fromkeys(row.page_id for row in sold)}
    pages = {str(row.id): row.page_id for row in sold}
    done = [refused(row, reasons[pages[row.id]]) for row in rows]
    return render_template(
        "backoffice/products/changed.html", changes=changes_table(done), back=back_to("backoffice.products")
    )


def _change_prices(form: PricesForm, product_id: ProductId, sold: Sequence[SoldRow]) -> str:
    """Change the prices of one product and return the code of a refusal, empty if there was none."""
    seen = {row.id: row.price.minor for row in sold if row.page_id == product_id}
    points, amount = form.basis_points, form.amount.minor
    try:
        in_step(
            lambda: catalogue.change_prices(
                product_id=product_id, basis_points=points, amount=amount, seen=seen
            )
        )
    except DomainError as refusal:
        return refusal.code
    return ""


def _set_status(product_id: ProductId, status: Status) -> bool:
    def change() -> bool:
        before = in_step(lambda: catalogue.set_status(product_id=product_id, status=status))
        return before is not None

    return _try(change)


def _try(change: Callable[[], bool]) -> bool:
    """Return whether a product was changed; one that was removed in the meantime was not."""
    try:
        return change()
    except NotFound:
        return False


def _done(count: int, undo: str, fields: Sequence[tuple[str, str]]) -> Response:
    page = back_to("backoffice.products")
    if not count:
        return go_to(page, notice="products_unchanged")
    text = ngettext("%(num)s product changed.", "%(num)s products changed.", count)
    return go_with_undo(page, text, undo, [("back", page), *fields])


def _page(
    change: str, form: ChangeForm, ids: Sequence[ProductId], rows: Sequence[ChangedRow], *, is_ready: bool
) -> Response:
    page = render_template(
        "backoffice/products/change.html",
        change=change,
        heading=str(CHANGES[change]),
        form=form,
        ids=ids,
        back=back_to("backoffice.products"),
        changes=changes_table(rows),
        is_ready=is_ready and any(one.outcome == "changes" for one in rows),
        currency=settings().shop_currency,
        intro=_("%(count)s selected", count=formats().number(len(ids))),
    )
    return make_response(page, 422 if form.errors else 200)


def _product_id(text: str) -> ProductId | None:
    try:
        return ProductId(UUID(text))
    except ValueError:
        return None
