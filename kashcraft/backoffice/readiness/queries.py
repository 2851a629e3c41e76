"""Reads what a shop has."""

from __future__ import annotations

from kashcraft.backoffice.readiness.rules import IDENTITY, REGION, SENDER, ShopState
from kashcraft.catalogue.queries.administration import has_shown_product
from kashcraft.content.queries import list_pages
from kashcraft.core.settings import settings, shop_time
from kashcraft.shipping.queries import find_zone
from kashcraft.taxes.queries import has_rate


def get_shop_state() -> ShopState:
    """Return what the shop has. Four statements: a product, the help pages, and zone and tax rates of its
    country.
    """
    found = settings()
    zone = find_zone(found.shop_country)
    return ShopState(
        stated=frozenset(name for name in (*IDENTITY, *REGION, SENDER) if found.is_stated(name)),
        collects_tax=found.collects_tax,
        has_rate=has_rate(found.shop_country, on=shop_time().date()),
        has_delivery=zone is not None and any(method.bands for method in zone.methods),
        gateway=found.payments,
        has_product=has_shown_product(),
        pages=frozenset(page.slug for page in list_pages() if not page.gaps),
    )
