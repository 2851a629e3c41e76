"""The form of a delivery method with its prices, and its deletion."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.delivery.forms import REFUSALS, MethodForm, shown_method
from kashcraft.backoffice.delivery.presenters import days_text, place_names, prices_text
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.core.form_rows import add_requested_row
from kashcraft.core.htmx import go_to
from kashcraft.core.ids import ShippingMethodId, ShippingZoneId
from kashcraft.core.settings import formats
from kashcraft.core.stale_forms import compare, with_choices
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.models import MethodCode
from kashcraft.shipping.rules import StoredMethod
from kashcraft.shipping.services import methods as method_services
from kashcraft.taxes.queries import STANDARD, list_tax_classes


@bp.get("/delivery/zones/<uuid:zone_id>/methods/new")
@requires(Permission.MANAGE_DELIVERY)
def new_method(zone_id: ShippingZoneId) -> ResponseReturnValue:
    """Show the form of a new method of a zone, with a speed that the zone has not yet."""
    zone = shipping.get_stored_zone(zone_id)
    taken = {method.data.code for method in zone.methods}
    free = [code.value for code in MethodCode if code.value not in taken]
    form = _form(zone.data.currency, data={"code": free[0]} if free else {})
    return _page(form, zone_id, zone.data.name)


@bp.post("/delivery/zones/<uuid:zone_id>/methods/new")
@requires(Permission.MANAGE_DELIVERY)
def create_method(zone_id: ShippingZoneId) -> ResponseReturnValue:
    """Create a method of a zone, or add a row to the form."""
    zone = shipping.get_stored_zone(zone_id)
    form = _form(zone.data.currency, request.form)
    if add_requested_row(form, request.form) or not form.validate():
        return _page(form, zone_id, zone.data.name)
    data = form.input
    created = attempt(lambda: method_services.create_method(zone_id=zone_id, data=data), form, REFUSALS)
    if created is None:
        return _page(form, zone_id, zone.data.name)
    return go_to(url_for("backoffice.delivery", _anchor=f"zone-{zone_id}"), notice="method_created")


@bp.get("/delivery/methods/<uuid:method_id>")
@requires(Permission.MANAGE_DELIVERY)
def edit_method(method_id: ShippingMethodId) -> ResponseReturnValue:
    """Show the form of a method, filled with what is saved."""
    method = shipping.get_stored_method(method_id)
    return _page(_saved(method), method.zone_id, method.zone, method)


@bp.post("/delivery/methods/<uuid:method_id>")
@requires(Permission.MANAGE_DELIVERY)
def change_method(method_id: ShippingMethodId) -> ResponseReturnValue:
    """Change a method with its prices, or add a row to the form."""
    method = shipping.get_stored_method(method_id)
    sent = with_choices(request.form, _saved(method))
    form = _form(method.currency, sent, tax_class=method.data.tax_class)
    if add_requested_row(form, request.form) or not form.validate():
        return _page(form, method.zone_id, method.zone, method)
    data, seen = form.input, form.version.data
    changed = attempt(
        lambda: method_services.change_method(method_id=method_id, data=data, seen=seen), form, REFUSALS
    )
    if changed is None:
        method = shipping.get_stored_method(method_id)
        return _page(form, method.zone_id, method.zone, method)
    return go_to(url_for("backoffice.delivery", _anchor=f"zone-{method.zone_id}"), notice="method_changed")


@bp.get("/delivery/methods/<uuid:method_id>/delete")
@requires(Permission.MANAGE_DELIVERY)
def ask_delete_method(method_id: ShippingMethodId) -> ResponseReturnValue:
    """Say what is lost with a method, and ask."""
    method = shipping.get_stored_method(method_id)
    zone = shipping.get_stored_zone(method.zone_id)
    others = [one.data for one in zone.methods if one.id != method_id]
    return render_template(
        "backoffice/delivery/delete_method.html",
        method=method,
        zone=zone,
        others=[one.name for one in others if one.is_active],
        places=place_names(zone.data),
        days=days_text(method.data),
        prices=prices_text(method.data, method.currency, formats()),
    )


@bp.post("/delivery/methods/<uuid:method_id>/delete")
@requires(Permission.MANAGE_DELIVERY)
def delete_method(method_id: ShippingMethodId) -> ResponseReturnValue:
    """Delete a method with its prices."""
    page = url_for("backoffice.delivery", _anchor=f"zone-{shipping.get_stored_method(method_id).zone_id}")
    return run(lambda: method_services.remove_method(method_id=method_id), page, done="method_deleted")


def _form(currency: str, *sent: object, tax_class: str = STANDARD, **options: object) -> MethodForm:
    """Return the form; ``tax_class`` is offered even if it has no rate any more."""
    classes = sorted({tax_class, *list_tax_classes()})
    return MethodForm(*sent, currency=currency, tax_classes=classes, **options)


def _saved(method: StoredMethod) -> MethodForm:
    data = shown_method(method.data, method.currency)
    return _form(method.currency, tax_class=method.data.tax_class, data=data)


def _page(
    form: MethodForm, zone_id: ShippingZoneId, zone: str, method: StoredMethod | None = None
) -> ResponseReturnValue:
    """Return the page of the form, with what is saved beside what was entered where that is outdated."""
    page = render_template(
        "backoffice/delivery/method.html",
        form=form,
        zone_id=zone_id,
        zone=zone,
        method=method,
        stale=compare(form, _saved(method)) if method else [],
        currency=form.currency,
    )
    return make_response(page, 422 if form.errors else 200)
