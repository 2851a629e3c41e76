"""Background jobs of tracking."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.tracking import services


@task("tracking.archive_events")
def archive_events() -> None:
    """Move events older than six months to the archive in batches, until none is left."""
    while in_step(services.archive_events):
        pass
