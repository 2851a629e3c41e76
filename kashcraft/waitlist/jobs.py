"""Scheduled jobs of the waiting list."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.waitlist import services


@task("waitlist.end_lapsed")
def end_lapsed() -> None:
    """End the entries whose hold has lapsed, one by one, and release their units."""
    while in_step(services.end_lapsed):
        pass


@task("waitlist.purge_ended")
def purge_ended() -> None:
    """Delete entries that ended more than 30 days ago, in portions, until none is left."""
    while in_step(services.purge_ended):
        pass
