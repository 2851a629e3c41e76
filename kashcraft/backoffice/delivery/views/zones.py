"""The form of a zone, and its deletion."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.delivery.forms import REFUSALS, ZoneForm, shown_zone
from kashcraft.backoffice.delivery.presenters import place_names
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.core.form_rows import add_requested_row
from kashcraft.core.htmx import go_to
from kashcraft.core.ids import ShippingZoneId
from kashcraft.core.settings import settings
from kashcraft.core.stale_forms import compare, with_choices
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.rules import StoredZone
from kashcraft.shipping.services import zones as zone_services


@bp.get("/delivery/zones/new")
@requires(Permission.MANAGE_DELIVERY)
def new_zone() -> ResponseReturnValue:
    """Show the form of a new zone."""
    return _page(_form(None), None)


@bp.post("/delivery/zones/new")
@requires(Permission.MANAGE_DELIVERY)
def create_zone() -> ResponseReturnValue:
    """Create a zone, or add a row to the form."""
    form = _form(None, request.form)
    if add_requested_row(form, request.form) or not form.validate():
        return _page(form, None)
    data = form.input
    created = attempt(lambda: zone_services.create_zone(data=data), form, REFUSALS)
    if created is None:
        return _page(form, None)
    page = url_for("backoffice.delivery", _anchor=f"zone-{created.id}")
    return go_to(page, notice="zone_created")


@bp.get("/delivery/zones/<uuid:zone_id>")
@requires(Permission.MANAGE_DELIVERY)
def edit_zone(zone_id: ShippingZoneId) -> ResponseReturnValue:
    """Show the form of a zone, filled with what is saved."""
    zone = shipping.get_stored_zone(zone_id)
    return _page(_saved(zone), zone)


@bp.post("/delivery/zones/<uuid:zone_id>")
@requires(Permission.MANAGE_DELIVERY)
def change_zone(zone_id: ShippingZoneId) -> ResponseReturnValue:
    """Change a zone, or add a row to the form."""
    zone = shipping.get_stored_zone(zone_id)
    form = _form(zone, with_choices(request.form, _saved(zone)))
    if add_requested_row(form, request.form) or not form.validate():
        return _page(form, zone)
    data, seen = form.input, form.version.data
    changed = attempt(
        lambda: zone_services.change_zone(zone_id=zone_id, data=data, seen=seen), form, REFUSALS
    )
    if changed is None:
        return _page(form, shipping.get_stored_zone(zone_id))
    return go_to(url_for("backoffice.delivery", _anchor=f"zone-{zone_id}"), notice="zone_changed")


@bp.get("/delivery/zones/<uuid:zone_id>/delete")
@requires(Permission.MANAGE_DELIVERY)
def ask_delete_zone(zone_id: ShippingZoneId) -> ResponseReturnValue:
    """Say what is lost with a zone, and ask."""
    zone = shipping.get_stored_zone(zone_id)
    others = [one for one in shipping.list_stored_zones() if one.id != zone_id]
    return render_template(
        "backoffice/delivery/delete_zone.html",
        zone=zone,
        places=place_names(zone.data),
        fallback=next((one.data.name for one in others if one.data.is_rest_of_world), ""),
    )


@bp.post("/delivery/zones/<uuid:zone_id>/delete")
@requires(Permission.MANAGE_DELIVERY)
def delete_zone(zone_id: ShippingZoneId) -> ResponseReturnValue:
    """Delete a zone with its methods and prices."""
    return run(
        lambda: zone_services.remove_zone(zone_id=zone_id),
        url_for("backoffice.delivery"),
        done="zone_deleted",
    )


def _form(zone: StoredZone | None, *sent: object, **options: object) -> ZoneForm:
    currency = zone.data.currency if zone else settings().shop_currency
    others = {
        country: one.data.name
        for one in shipping.list_stored_zones()
        for country, region in one.data.places
        if not region and (zone is None or one.id != zone.id)
    }
    return ZoneForm(*sent, currency=currency, others=others, **options)


def _saved(zone: StoredZone) -> ZoneForm:
    return _form(zone, data=shown_zone(zone.data))


def _page(form: ZoneForm, zone: StoredZone | None) -> ResponseReturnValue:
    """Return the page of the form, with what is saved beside what was entered where that is outdated."""
    page = render_template(
        "backoffice/delivery/zone.html",
        form=form,
        zone=zone,
        stale=compare(form, _saved(zone)) if zone else [],
        currency=form.currency,
    )
    return make_response(page, 422 if form.errors else 200)
