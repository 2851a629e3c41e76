"""Help pages and delivery prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kashcraft.content.queries import HelpPage, find_help_page, get_site_content
from kashcraft.core.formats import Formats
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.rules import ListedZone
from kashcraft.storefront.presenters import PriceTable, price_tables

# The page with the delivery prices, which come from the zones and not from its text.
SHIPPING = "shipping"


@dataclass(frozen=True)
class HelpView:
    """A help page and the titles of all help pages; ``prices`` are shown on the page about shipping only."""

    page: HelpPage
    titles: Sequence[tuple[str, str]]
    prices: Sequence[PriceTable] = ()


def find_help_view(slug: str, country: str, formats: Formats) -> HelpView | None:
    """Return the help page with a slug, or None. One statement, and those of prices that are not cached."""
    page = find_help_page(slug)
    if page is None:
        return None
    prices = price_tables(list_delivery_prices(slug), country, formats)
    return HelpView(page, get_site_content().pages, prices)


def list_delivery_prices(slug: str) -> tuple[ListedZone, ...]:
    """Return the delivery prices for the page about shipping; empty for any other page."""
    return shipping.list_priced_zones() if slug == SHIPPING else ()
