"""Work on searches that nobody waits for."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.search import services


@task("search.purge_searches")
def purge_searches() -> None:
    """Delete searches that are older than 90 days, some at a time, until none is left."""
    while in_step(services.purge_searches):
        pass
