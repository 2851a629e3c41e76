"""Background jobs of the inventory."""

from __future__ import annotations

from uuid import UUID

from kashcraft.core.db import in_step
from kashcraft.core.ids import ProductId
from kashcraft.core.jobs import task
from kashcraft.inventory import services


@task("inventory.release_expired")
def release_expired() -> None:
    """Release expired holds in batches, until none is left."""
    while in_step(services.release_expired):
        pass


@task("inventory.tell_low_stock")
def notify_low_stock(product_id: str, occasion: str) -> None:
    """Queue the e-mail to the shop about a product with low stock."""
    in_step(lambda: services.send_low_stock_email(product_id=ProductId(UUID(product_id)), occasion=occasion))


@task("inventory.purge_released")
def purge_released() -> None:
    """Delete the holds that were released more than 90 days ago."""
    while in_step(services.purge_released):
        pass


@task("inventory.archive_logs")
def archive_logs() -> None:
    """Move ledger entries older than 90 days to the archive, behind an opening balance."""
    while in_step(services.archive_logs):
        pass
