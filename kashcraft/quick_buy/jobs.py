"""Background jobs of quick-checkout sessions."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.quick_buy import services


@task("quick_buy.expire_due")
def expire_due() -> None:
    """Expire the due sessions in portions until none is left."""
    while in_step(services.expire_due):
        pass
