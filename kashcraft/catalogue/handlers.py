"""What the catalogue does when others tell something."""

from __future__ import annotations

from kashcraft.catalogue.services import touch
from kashcraft.events.inventory import StockChanged


def stock_changed(_: StockChanged) -> None:
    """Raise the catalogue version: lists filter by what is in stock, and a level was just crossed."""
    touch()
