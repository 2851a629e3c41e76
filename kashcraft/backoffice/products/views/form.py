"""The form of a product: creation, changes, copies, and its status."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from kashcraft.accounts.rules.addresses import countries
from kashcraft.backoffice.presenters.previews import Preview, preview_of
from kashcraft.backoffice.presenters.saved_values import list_saved_values
from kashcraft.backoffice.products.forms.product import (
    REFUSALS,
    ProductForm,
    SoldProductForm,
    shown_product,
)
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt, go_with_undo
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.queries import administration, products
from kashcraft.catalogue.rules import plain_text, product_path, render_markdown
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.product_input import ProductInput, StoredProduct
from kashcraft.core import clock, flash
from kashcraft.core.db import in_step
from kashcraft.core.htmx import go_to, wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId
from kashcraft.core.settings import formats, settings
from kashcraft.inventory import services as stock

flash.register(
    {
        "product_created": _l("Product created. Its stock is 0: receive units on the page of its stock."),
        "product_saved": _l("Product saved."),
        "product_copied": _l("This is the copy. It is a draft without pictures and stock."),
        "product_unchanged": _l("The product already had this status."),
    }
)
SWITCHED = {
    Status.ACTIVE: _l("%(name)s is shown and sold."),
    Status.DRAFT: _l("%(name)s is a draft."),
    Status.ARCHIVED: _l("%(name)s is archived."),
}


@bp.get("/catalogue/new")
@requires(Permission.MANAGE_CATALOGUE)
def new_product() -> ResponseReturnValue:
    """Show the form of a new product."""
    return _page(_form(None), None)


@bp.post("/catalogue/new")
@requires(Permission.MANAGE_CATALOGUE)
def create_product() -> ResponseReturnValue:
    """Create a product with an empty stock, or show a preview of its texts."""
    form = _form(None, request.form)
    if "preview" in request.form:
        return _preview_page(form, None)
    if not _is_valid(form):
        return _page(form, None)
    data, actor_id = form.entered(settings().zone, None), current_user.id

    def create() -> ProductId:
        product_id = catalogue.add_product(data=data).id
        stock.open_stock(product_id=product_id, quantity=0, user_id=actor_id)
        return product_id

    created = attempt(create, form, REFUSALS)
    if created is None:
        return _page(form, None)
    return go_to(url_for("backoffice.product", product_id=created), notice="product_created")


@bp.get("/catalogue/<uuid:product_id>")
@requires(Permission.MANAGE_CATALOGUE)
def product(product_id: ProductId) -> ResponseReturnValue:
    """Show the form of a product."""
    found = products.get_product_details(product_id)
    return _page(_form(found, data=shown_product(found.data, settings().zone)), found)


@bp.post("/catalogue/<uuid:product_id>")
@requires(Permission.MANAGE_CATALOGUE)
def edit_product(product_id: ProductId) -> ResponseReturnValue:
    """Change a product, or show a preview of its texts."""
    found = products.get_product_details(product_id)
    form = _form(found, request.form)
    if "preview" in request.form:
        return _preview_page(form, found)
    if _is_valid(form, found):
        data, seen = form.entered(settings().zone, found.data), form.version.data or ""
        saved = attempt(
            lambda: catalogue.edit_product(product_id=product_id, data=data, seen=seen), form, REFUSALS
        )
        if saved is not None:
            return go_to(url_for("backoffice.product", product_id=product_id), notice="product_saved")
    return _page(form, products.get_product_details(product_id))


@bp.post("/catalogue/<uuid:product_id>/copy")
@requires(Permission.MANAGE_CATALOGUE)
def copy_product(product_id: ProductId) -> ResponseReturnValue:
    """Create a draft with the values of a product, and open it."""
    actor_id = current_user.id

    def copy() -> ProductId:
        page_id, *variants = catalogue.duplicate_product(product_id=product_id)
        openings = [stock.Opening(product_id=one, quantity=0) for one in variants or [page_id]]
        stock.open_stocks(openings=openings, user_id=actor_id)
        return page_id

    return go_to(url_for("backoffice.product", product_id=in_step(copy)), notice="product_copied")


@bp.post("/catalogue/<uuid:product_id>/<any(active, draft, archived):status>")
@requires(Permission.MANAGE_CATALOGUE)
def switch_product(product_id: ProductId, status: str) -> ResponseReturnValue:
    """Publish, archive or restore a product; the response offers to undo it."""
    here = url_for("backoffice.product", product_id=product_id)
    before = in_step(lambda: catalogue.set_status(product_id=product_id, status=Status(status)))
    if before is None:
        return go_to(here, notice="product_unchanged")
    name = products.get_product_details(product_id).data.page.name
    undo = url_for("backoffice.switch_product", product_id=product_id, status=before.value)
    return go_with_undo(here, SWITCHED[Status(status)].filled(name=name), undo, [])


@bp.post("/catalogue/pick")
@requires(Permission.MANAGE_CATALOGUE)
def pick_products() -> ResponseReturnValue:
    """Return the picker with the chosen products and those that match what was typed."""
    form = _form(None, request.form)
    return render_template("backoffice/products/_picker.html", picker=_picker(form))


def _picker(form: ProductForm, without: ProductId | None = None) -> Mapping[str, object]:
    words = request.form.get("related_find", "")[:120]
    chosen = products.list_choices(form.chosen)
    found = products.search_choices(words, without=without)
    return {"chosen": chosen, "found": [one for one in found if one not in chosen], "words": words}


def _form(
    found: StoredProduct | None,
    sent: MultiDict[str, str] | None = None,
    data: Mapping[str, object] | None = None,
) -> ProductForm:
    kind: Callable[..., ProductForm] = ProductForm if found and found.is_parent else SoldProductForm
    return kind(
        sent,
        currency=settings().shop_currency,
        categories=administration.list_category_choices(),
        countries=countries(),
        tax_classes=products.list_tax_classes(),
        data=data,
        related=found.data.related_ids if found else (),
    )


def _is_valid(form: ProductForm, found: StoredProduct | None = None) -> bool:
    """Return whether the form is valid; a new time of publication has to be in the future."""
    valid = form.validate()
    entered = form.publish_at.data
    if not valid or entered is None:
        return valid
    page = form.page(settings().zone, found.data.page if found else None)
    if page.publish_at is None or page.publish_at > clock.now():
        return True
    form.publish_at.errors = [_("This is in the past. Choose the status “Active” to publish it now.")]
    return False


def _preview(form: ProductForm) -> Preview:
    html = render_markdown((form.description.data or "").strip())
    return preview_of(
        html=html,
        title=form.seo_title.data or form.name.data or "",
        shop=settings().shop_name,
        address=settings().base_url + product_path(form.slug.data or "…"),
        text=form.seo_description.data or form.summary.data or plain_text(html),
    )


def _preview_page(form: ProductForm, found: StoredProduct | None) -> ResponseReturnValue:
    if wants_fragment():
        return render_template("backoffice/_preview.html", preview=_preview(form))
    return _page(form, found)


def _page(form: ProductForm, found: StoredProduct | None) -> Response:
    """Return the page of the form; where it is outdated, with what is saved now and its version."""
    saved: list[tuple[str, str]] = []
    if found is not None and form.version.data not in (None, "", found.data.version):
        saved = list_saved_values(form._fields, _as_text(found.data))
        form.version.data = found.data.version
    context = {
        "form": form,
        "product": found,
        "saved": saved,
        "picker": _picker(form, found.id if found else None),
        "preview": _preview(form),
        "zone": formats().zone_name,
    }
    return make_response(
        render_template("backoffice/products/form.html", **context), 422 if form.errors else 200
    )


def _as_text(data: ProductInput) -> dict[str, str]:
    """Return the saved values by field, as the fields contain them."""
    shown = shown_product(data, settings().zone)
    return {name: value for name, value in shown.items() if isinstance(value, str) and name != "version"}
