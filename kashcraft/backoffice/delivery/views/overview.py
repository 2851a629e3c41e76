"""The zones with their methods, the countries without delivery, and the trial of an address."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts.rules import country_name
from kashcraft.backoffice.delivery.forms import TrialForm
from kashcraft.backoffice.delivery.presenters import (
    ListedMethod,
    Trial,
    ZonePart,
    missing_countries,
    trial_table,
    zone_part,
)
from kashcraft.backoffice.delivery.rules import TriedParcel, try_parcel
from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import run
from kashcraft.core import flash
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ShippingMethodId, ShippingZoneId
from kashcraft.core.settings import formats, settings, shop_time
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.rules import StoredMethod, StoredZone
from kashcraft.shipping.services import methods as method_services
from kashcraft.shipping.services import zones as zone_services
from kashcraft.taxes import queries as taxes
from kashcraft.taxes.rules import Destination

# The weight and the amount that the trial begins with.
GRAMS = 1_000
flash.register(
    {
        "zone_created": _l("Zone created. It needs a delivery method next."),
        "zone_changed": _l("Zone saved. Customers see it from now on."),
        "zone_deleted": _l("Zone deleted."),
        "method_created": _l("Delivery method created."),
        "method_changed": _l("Delivery method saved. Customers see it from now on."),
        "method_deleted": _l("Delivery method deleted."),
    }
)


@bp.get("/delivery")
@requires(Permission.VIEW_DELIVERY)
def delivery() -> ResponseReturnValue:
    """Show zones, methods, countries without delivery, and what an entered address is offered."""
    zones, currency = shipping.list_stored_zones(), settings().shop_currency
    is_tried = "country" in request.args
    start = {"country": settings().shop_country, "weight": formats().weight_entry(GRAMS)}
    form = TrialForm.from_request(currency=currency) if is_tried else TrialForm(data=start, currency=currency)
    trial = _trial(form) if is_tried and form.validate() else None
    page = render_template(
        "backoffice/delivery/list.html",
        zones=_parts(zones),
        missing=missing_countries([zone.data for zone in zones], formats()),
        form=form,
        trial=trial,
    )
    return make_response(page, 422 if form.errors else 200)


@bp.post("/delivery/zones/<uuid:zone_id>/<any(up, down):direction>")
@requires(Permission.MANAGE_DELIVERY)
def move_zone(zone_id: ShippingZoneId, direction: str) -> ResponseReturnValue:
    """Move a zone one place up or down."""
    page = url_for("backoffice.delivery", _anchor=f"zone-{zone_id}")
    return run(lambda: zone_services.move_zone(zone_id=zone_id, up=direction == "up"), page)


@bp.post("/delivery/methods/<uuid:method_id>/<any(up, down):direction>")
@requires(Permission.MANAGE_DELIVERY)
def move_method(method_id: ShippingMethodId, direction: str) -> ResponseReturnValue:
    """Move a method one place up or down in its zone."""
    zone_id = shipping.get_stored_method(method_id).zone_id
    page = url_for("backoffice.delivery", _anchor=f"zone-{zone_id}")
    return run(lambda: method_services.move_method(method_id=method_id, up=direction == "up"), page)


def _parts(zones: list[StoredZone]) -> list[ZonePart]:
    can_edit, last = may(current_user.roles, Permission.MANAGE_DELIVERY), len(zones) - 1
    return [
        zone_part(
            str(zone.id),
            zone.data,
            [_listed(method, can_edit=can_edit) for method in zone.methods],
            formats(),
            place=place,
            last=last,
            can_edit=can_edit,
        )
        for place, zone in enumerate(zones)
    ]


def _listed(method: StoredMethod, *, can_edit: bool) -> ListedMethod:
    url = url_for("backoffice.edit_method", method_id=method.id) if can_edit else ""
    return ListedMethod(str(method.id), method.data, url)


def _trial(form: TrialForm) -> Trial:
    """Return what the address is offered, by the rules of the checkout."""
    place = Destination(form.country.data or "", form.region.data or "", form.postal_code.data or "")
    zone, name = shipping.find_zone(place.country, place.region), country_name(place.country)
    shop, now = settings(), shop_time()
    if zone is None:
        return Trial(name)
    tried = try_parcel(
        TriedParcel(weight_grams=form.weight.grams or 0, merchandise=form.amount.minor),
        zone,
        taxes.list_rates_for(place, on=now.date()),
        ordered_at=now,
        cutoff_hour=shop.order_cutoff_hour,
        tax_inclusive=shop.prices_include_tax,
    )
    return Trial(name, zone.name, trial_table(zone.methods, tried, zone.currency, formats()))
