"""The form of a voucher: preview, creation and changes of its terms."""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt
from kashcraft.backoffice.vouchers.forms import REFUSALS, VoucherForm, VoucherValues, default_terms
from kashcraft.catalogue import queries as catalogue
from kashcraft.core import clock, flash
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import VoucherId, new_token
from kashcraft.core.settings import formats, settings, shop_time
from kashcraft.vouchers import presenters, queries, services
from kashcraft.vouchers.models import Voucher
from kashcraft.vouchers.rules import VoucherInput

flash.register(
    {
        "voucher_created": _l("Voucher created."),
        "voucher_changed": _l("Voucher changed. Unpaid orders keep their price."),
    }
)


@bp.get("/vouchers/new")
@requires(Permission.MANAGE_VOUCHERS)
def new_voucher() -> ResponseReturnValue:
    """Show the form of a new voucher."""
    values = {**default_terms(settings().zone, clock.now()), "key": new_token()}
    return _page(_form(None, data=values))


@bp.post("/vouchers/new")
@requires(Permission.MANAGE_VOUCHERS)
def create_voucher() -> ResponseReturnValue:
    """Create a voucher, once for one form, or show a preview of it."""
    form = _form(None, request.form)
    terms = _terms(form, None)
    if terms is None or "preview" in request.form:
        return _page(form, terms=terms)
    try:
        created = _create(form, terms)
    except DomainError as refusal:
        if refusal.code != "voucher_done_before":
            raise
        return go_to(url_for("backoffice.vouchers"), notice="voucher_created")
    if created is None:
        return _page(form, terms=terms)
    return go_to(url_for("backoffice.voucher", voucher_id=created.id), notice="voucher_created")


@bp.get("/vouchers/<uuid:voucher_id>/edit")
@requires(Permission.MANAGE_VOUCHERS)
def edit_voucher(voucher_id: VoucherId) -> ResponseReturnValue:
    """Show the form of a voucher, filled with its terms."""
    voucher = queries.get_voucher(voucher_id)
    excluded = [called for called, _name in catalogue.list_product_names(voucher.excluded_products)]
    values = VoucherValues(voucher, settings().zone, _currency(voucher)).values(excluded=excluded)
    seen = _latest_change(voucher_id)
    return _page(_form(voucher, data={**values, "key": new_token(), "seen": seen}), voucher)


@bp.post("/vouchers/<uuid:voucher_id>/edit")
@requires(Permission.MANAGE_VOUCHERS)
def change_voucher(voucher_id: VoucherId) -> ResponseReturnValue:
    """Change the terms of a voucher, or show a preview of them."""
    voucher, actor_id = queries.get_voucher(voucher_id), current_user.id
    form = _form(voucher, request.form)
    terms = _terms(form, voucher)
    if terms is None or "preview" in request.form:
        return _page(form, voucher, terms=terms)
    seen = form.last_seen
    changed = attempt(
        lambda: services.update_voucher(voucher_id=voucher_id, data=terms, actor_id=actor_id, seen=seen),
        form,
        REFUSALS,
    )
    if changed is None:
        return _page(form, voucher, terms=terms)
    return go_to(url_for("backoffice.voucher", voucher_id=voucher_id), notice="voucher_changed")


def _create(form: VoucherForm, terms: VoucherInput) -> Voucher | None:
    actor_id, key = current_user.id, f"new:{form.key.data}"
    return attempt(lambda: services.create_voucher(data=terms, created_by=actor_id, key=key), form, REFUSALS)


def _currency(voucher: Voucher | None) -> str:
    return voucher.currency if voucher and voucher.currency else settings().shop_currency


def _form(voucher: Voucher | None, *sent: object, **options: Any) -> VoucherForm:
    categories = [(str(one), path) for one, path in catalogue.list_category_labels()]
    return VoucherForm(*sent, currency=_currency(voucher), categories=categories, **options)


def _terms(form: VoucherForm, voucher: Voucher | None) -> VoucherInput | None:
    """Return the terms in the form, or None where its fields show errors."""
    excluded, unknown = catalogue.list_products_by_reference(form.names)
    is_valid = form.validate()
    if unknown:
        form.excluded.errors = [_("Unknown products: %(names)s.", names=", ".join(unknown[:10]))]
    if voucher is None:
        is_valid = form.refuse_an_end_before(shop_time()) and is_valid
    if unknown or not is_valid:
        return None
    return form.terms(zone=settings().zone, excluded=excluded, current=voucher)


def _page(
    form: VoucherForm, voucher: Voucher | None = None, *, terms: VoucherInput | None = None
) -> ResponseReturnValue:
    """Return the page of the form, with a sentence of the entered or stored terms where there are any."""
    known = terms or voucher
    page = render_template(
        "backoffice/vouchers/form.html",
        form=form,
        voucher=voucher,
        is_used=voucher is not None and queries.was_used(voucher.id),
        currency=form.currency,
        summary=presenters.summary(known, form.currency, formats()) if known else "",
    )
    return make_response(page, 422 if form.errors else 200)


def _latest_change(voucher_id: VoucherId) -> str:
    changes = queries.list_changes(voucher_id, limit=1)
    return str(changes[0].id) if changes else ""
