"""Work on stock that nobody waits for."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.inventory import services


@task("inventory.release_expired")
def release_expired() -> None:
    """Give back the holds beyond their time, some at a time, until none is left."""
    while in_step(services.release_expired):
        pass
