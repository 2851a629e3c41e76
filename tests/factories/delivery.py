"""Zones, delivery methods and tax rates as staff enter them."""

from __future__ import annotations

from kashcraft.core.db import step
from kashcraft.core.ids import ShippingMethodId, ShippingZoneId, TaxRateId, new_token
from kashcraft.shipping import services
from kashcraft.shipping.rules import Band, MethodInput, ZoneInput
from kashcraft.taxes import services as taxes
from kashcraft.taxes.rules import Rate


def zone_input(name: str = "Pacific", *countries: str, free_above: int | None = None) -> ZoneInput:
    """Return a zone of whole countries, Fiji if none is named."""
    places = frozenset((country, "") for country in countries or ("FJ",))
    return ZoneInput(name=name, currency="USD", places=places, free_above=free_above)


def method_input(*bands: Band, name: str = "By sea", code: str = "standard") -> MethodInput:
    """Return a method with prices, $7.00 if none is given."""
    return MethodInput(
        code=code, name=name, bands=bands or (Band(price=700),), transit_days_min=2, transit_days_max=4
    )


def make_method(
    zone: ZoneInput | None = None, method: MethodInput | None = None
) -> tuple[ShippingZoneId, ShippingMethodId]:
    """Create a zone with one method, by default of a new region of Fiji; return the ids of both."""
    code = new_token()[:8].upper()
    default = ZoneInput(name=f"Pacific {code}", currency="USD", places=frozenset({("FJ", code)}))
    with step():
        zone_id = services.create_zone(data=zone or default).id
        method_id = services.create_method(zone_id=zone_id, data=method or method_input()).id
    return zone_id, method_id


def make_rate(rate: Rate | None = None) -> TaxRateId:
    """Create a tax rate, by default 15% of a new class in Fiji; return its id."""
    default = Rate(tax_class=new_token()[:8], country="FJ", rate=150_000, name="VAT")
    with step():
        return taxes.create_rate(data=rate or default)
