"""Work on quick-checkout sessions that nobody waits for."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.quick_buy import services


@task("quick_buy.expire_due")
def expire_due() -> None:
    """End the sessions whose time is over, some at a time, until none is left."""
    while in_step(services.expire_due):
        pass
