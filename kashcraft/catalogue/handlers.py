"""What the catalogue does when others tell something."""

from __future__ import annotations

from kashcraft.catalogue.services import touch
from kashcraft.events.inventory import StockChanged


def stock_changed(event: StockChanged) -> None:
    """Raise the catalogue version when a piece sells out or is back, because lists filter by that."""
    if event.sold_out_changed:
        touch()
