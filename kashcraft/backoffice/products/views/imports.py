"""Sending a product file, its check and its import by a job, and the export of all products."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.products.forms.imports import REFUSALS, ImportForm
from kashcraft.backoffice.products.presenters.imports import STATES
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import save_as
from kashcraft.backoffice.views.steps import attempt
from kashcraft.core import flash
from kashcraft.core.db import in_step
from kashcraft.core.htmx import go_to, page_or_fragment
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductImportId
from kashcraft.core.security import takes_files
from kashcraft.core.settings import settings
from kashcraft.product_csv import services as product_csv
from kashcraft.product_csv.queries import imports, list_products_to_export
from kashcraft.product_csv.rules.imports import LARGEST_FILE, WORKING, ImportState
from kashcraft.product_csv.rules.writing import write_csv

flash.register({"import_started_before": _l("This file was imported before, or is being imported.")})


@bp.get("/catalogue/import")
@requires(Permission.IMPORT_PRODUCTS)
def product_import() -> ResponseReturnValue:
    """Show the form for a product file, and the files that were sent last."""
    return _form_page(ImportForm())


@bp.post("/catalogue/import")
@requires(Permission.IMPORT_PRODUCTS)
@takes_files
def send_product_file() -> ResponseReturnValue:
    """Receive a product file; a job checks it."""
    form, sent, user_id = ImportForm.from_request(), request.files.get("file"), current_user.id
    name, data = (sent.filename or "", sent.read()) if sent else ("", b"")
    received = attempt(
        lambda: product_csv.receive_file(
            name=name, data=data, pictures=bool(form.pictures.data), user_id=user_id
        ),
        form,
        REFUSALS,
    )
    if received is None:
        return _form_page(form)
    return go_to(url_for("backoffice.sent_product_file", import_id=received))


@bp.get("/catalogue/import/<uuid:import_id>")
@requires(Permission.IMPORT_PRODUCTS)
def sent_product_file(import_id: ProductImportId) -> ResponseReturnValue:
    """Show the state of a sent file with its report; the page follows it."""
    found = imports.get_import(import_id)
    return page_or_fragment(
        "backoffice/products/import.html",
        "backoffice/products/_import.html",
        sent=found,
        state=STATES[found.state],
        is_working=found.state in WORKING,
        can_import=found.state is ImportState.CHECKED,
    )


@bp.post("/catalogue/import/<uuid:import_id>/run")
@requires(Permission.IMPORT_PRODUCTS)
def run_product_import(import_id: ProductImportId) -> ResponseReturnValue:
    """Import a checked file by a job."""
    user_id = current_user.id
    started = in_step(lambda: product_csv.start_import(import_id=import_id, user_id=user_id))
    here = url_for("backoffice.sent_product_file", import_id=import_id)
    return go_to(here, notice=None if started else "import_started_before")


@bp.get("/catalogue/export.csv")
@requires(Permission.IMPORT_PRODUCTS)
def export_products() -> ResponseReturnValue:
    """Return all products as a file that can be imported again."""
    shop, found = settings(), list_products_to_export()
    return save_as(write_csv(found, currency=shop.shop_currency, base_url=shop.base_url), "products.csv")


def _form_page(form: ImportForm) -> Response:
    html = render_template(
        "backoffice/products/imports.html",
        form=form,
        sent_files=imports.list_imports(),
        states=STATES,
        most=LARGEST_FILE // 1024**2,
    )
    return make_response(html, 422 if form.errors else 200)
