"""Background jobs of carts."""

from __future__ import annotations

from kashcraft.cart import services
from kashcraft.core.db import in_step
from kashcraft.core.jobs import task


@task("cart.purge_abandoned")
def purge_abandoned() -> None:
    """Delete the abandoned carts of guests in portions until none is left."""
    while in_step(services.purge_abandoned):
        pass
