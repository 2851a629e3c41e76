"""Work on carts that nobody waits for."""

from __future__ import annotations

from kashcraft.cart import services
from kashcraft.core.db import in_step
from kashcraft.core.jobs import task


@task("cart.purge_abandoned")
def purge_abandoned() -> None:
    """Delete guests' carts that were left 60 days ago, some at a time, until none is left."""
    while in_step(services.purge_abandoned):
        pass
