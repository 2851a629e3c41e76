"""The options of a product and the table of its variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.products.forms.options import (
    REFUSALS,
    OptionsForm,
    VariantRow,
    shown_options,
    variant_row,
)
from kashcraft.backoffice.products.presenters.options import LostVariant, lost_text
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt
from kashcraft.cart import queries as carts
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.queries import products
from kashcraft.catalogue.rules import SkuInput
from kashcraft.catalogue.rules.option_table import list_combinations, match_variants
from kashcraft.catalogue.rules.product_input import StoredProduct, StoredVariant
from kashcraft.core import flash
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats, settings
from kashcraft.inventory import queries as inventory
from kashcraft.inventory import services as stock
from kashcraft.orders import queries as orders

flash.register({"options_saved": _l("Options and variants saved.")})


@dataclass(frozen=True)
class _Page:
    """A product with its variants, the form of its options, and the rows of the table."""

    product: StoredProduct
    variants: Sequence[StoredVariant]
    form: OptionsForm
    rows: Sequence[VariantRow]

    @property
    def lost(self) -> list[StoredVariant]:
        """Return the current variants that would be archived."""
        sold = {row.stored.id for row in self.rows if row.stored and row.form.is_sold.data}
        return [one for one in self.variants if not one.is_retired and one.id not in sold]


@bp.get("/catalogue/<uuid:product_id>/options")
@requires(Permission.MANAGE_CATALOGUE)
def product_options(product_id: ProductId) -> ResponseReturnValue:
    """Show the options of a product and its variants as a table."""
    return _show(_read(product_id))


@bp.post("/catalogue/<uuid:product_id>/options")
@requires(Permission.MANAGE_CATALOGUE)
def save_options(product_id: ProductId) -> ResponseReturnValue:
    """Make the table of variants from the options, fill in one price, or save them."""
    page = _read(product_id)
    form, actor_id = page.form, current_user.id
    if not form.validate() or form.form_errors:
        return _show(page)
    if "save" not in request.form:
        _fill(page)
        return _show(page)
    if not _is_valid(page):
        return _show(page)
    saved = attempt(lambda: _save(page, actor_id), form, REFUSALS)
    if saved is None:
        return _show(page)
    return go_to(url_for("backoffice.product_options", product_id=product_id), notice="options_saved")


def _read(product_id: ProductId) -> _Page:
    """Return the page as the request names it: as it is stored for GET, as it was sent for POST."""
    found, variants = products.get_product_details(product_id), products.list_variants(product_id)
    names = products.list_option_names(product_id)
    sent = request.form if request.method == "POST" else None
    shown = {**shown_options(names, variants), "version": products.get_options_version(product_id)}
    form = OptionsForm(sent, currency=settings().shop_currency, data=shown)
    try:
        combinations = list_combinations(form.options()) if sent or names else []
    except DomainError as refusal:
        form.refuse(DomainError(refusal.code, field="name_1", **refusal.details), REFUSALS)
        form.form_errors.append(str(REFUSALS[refusal.code].filled(**refusal.details)))
        return _Page(found, variants, form, [])
    matched = match_variants(combinations, [name for name, _ in form.options()], variants, names)
    pattern, base = _pattern(found, variants), (found.data.page.slug or "").upper()
    rows = [
        variant_row(values, stored, pattern, base, sent)
        for values, stored in zip(combinations, matched, strict=True)
    ]
    return _Page(found, variants, form, rows)


def _pattern(found: StoredProduct, variants: Sequence[StoredVariant]) -> SkuInput:
    """Return what a new variant is like: the first one, or the product itself."""
    if variants:
        return variants[0].data.sold
    return found.data.sold or SkuInput(sku="", price=Money.zero(settings().shop_currency))


def _fill(page: _Page) -> None:
    """Fill in the price that is meant for all rows."""
    price = page.form.all_price.money
    if "fill" in request.form and price is not None:
        for row in page.rows:
            row.form.price.data = formats().entry(price)


def _is_valid(page: _Page) -> bool:
    """Return whether the rows are valid, and the archiving of variants is agreed to."""
    sold = [row for row in page.rows if row.form.is_sold.data]
    valid = not [row for row in sold if not row.form.validate()]
    seen: set[str] = set()
    for row in sold:
        sku = row.form.sku.data or ""
        if sku in seen:
            row.form.sku.errors = [REFUSALS["sku_taken"].filled(sku=sku)]
            valid = False
        seen.add(sku)
    if not sold:
        page.form.refuse(DomainError("no_choices"), REFUSALS)
        return False
    if page.lost and not page.form.agreed.data:
        page.form.agreed.errors = [str(lost_text(len(page.lost)))]
        return False
    if not valid:
        page.form.form_errors.append(str(_l("Please check the rows of the table.")))
    return valid


def _save(page: _Page, actor_id: object) -> bool:
    """Save the variants; the stock of a product without variants moves to the first of them."""
    product_id, is_first = page.product.id, not page.product.is_parent
    if is_first and orders.is_ordered(product_id):
        raise DomainError("product_was_ordered")
    pattern = _pattern(page.product, page.variants)
    changes = catalogue.save_options(
        product_id=product_id,
        option_names=[name for name, _ in page.form.options()],
        variants=[row.entered(pattern) for row in page.rows if row.form.is_sold.data],
        seen=page.form.version.data or "",
    )
    if is_first:
        stock.move_stock(from_id=product_id, to_id=changes.added[0])
    openings = [stock.Opening(product_id=one, quantity=0) for one in changes.added]
    stock.open_stocks(openings=openings)
    return True


def _show(page: _Page) -> Response:
    stored = [row.stored.id for row in page.rows if row.stored]
    lost = [one.id for one in page.lost] if page.rows else []
    units, found = inventory.get_stock([*stored, *lost]), carts.count_carts_with(lost)
    names = {one.id: " / ".join(one.data.option_values.values()) for one in page.variants}
    html = render_template(
        "backoffice/products/options.html",
        form=page.form,
        product=page.product,
        rows=page.rows,
        units={one: stock_of.free for one, stock_of in units.items()},
        lost=[LostVariant(names[one], units[one].free, found.get(one, 0)) for one in lost],
    )
    has_errors = page.form.errors or any(row.form.errors for row in page.rows)
    return make_response(html, 422 if has_errors else 200)
