"""Work on stock that nobody waits for."""

from __future__ import annotations

from uuid import UUID

from kashcraft.core.db import in_step
from kashcraft.core.ids import ProductId
from kashcraft.core.jobs import task
from kashcraft.inventory import services


@task("inventory.release_expired")
def release_expired() -> None:
    """Give back the holds beyond their time, some at a time, until none is left."""
    while in_step(services.release_expired):
        pass


@task("inventory.tell_low_stock")
def tell_low_stock(product_id: str, occasion: str) -> None:
    """Write to the shop that a product has come down to its reorder level."""
    in_step(
        lambda: services.write_low_stock_letter(product_id=ProductId(UUID(product_id)), occasion=occasion)
    )


@task("inventory.purge_released")
def purge_released() -> None:
    """Delete the holds that were given back more than 90 days ago."""
    while in_step(services.purge_released):
        pass


@task("inventory.archive_logs")
def archive_logs() -> None:
    """Move the movements of stock that are older than 90 days behind an opening balance."""
    while in_step(services.archive_logs):
        pass
