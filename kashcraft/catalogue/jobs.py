"""Background jobs of the catalogue."""

from __future__ import annotations

from kashcraft.catalogue import services
from kashcraft.core.db import in_step
from kashcraft.core.jobs import task


@task("catalogue.announce_sales")
def announce_sales() -> None:
    """Announce the sales that have begun or ended, in batches, until none is left."""
    while in_step(services.announce_sales):
        pass


@task("catalogue.purge_changes")
def purge_changes() -> None:
    """Delete changes of the catalogue before the last 10,000."""
    while in_step(services.purge_changes):
        pass


@task("catalogue.publish_due")
def publish_due() -> None:
    """Publish drafts whose time has come, a hundred at a time."""
    while in_step(services.publish_due):
        pass
