"""Work on the waiting list that nobody waits for."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.waitlist import services


@task("waitlist.end_lapsed")
def end_lapsed() -> None:
    """End the entries of people who let their held piece lapse, one after the other, and give it back."""
    while in_step(services.end_lapsed):
        pass


@task("waitlist.purge_ended")
def purge_ended() -> None:
    """Delete entries that ended more than 30 days ago, some at a time, until none is left."""
    while in_step(services.purge_ended):
        pass
