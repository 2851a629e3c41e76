"""Scheduled jobs of search."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.search import services


@task("search.anonymise_searches")
def anonymise_searches() -> None:
    """Anonymise searches older than 30 days, in portions, until none is left."""
    while in_step(services.anonymise_searches):
        pass


@task("search.purge_searches")
def purge_searches() -> None:
    """Add searches older than 90 days to the daily totals and delete them, in portions, until none is
    left.
    """
    while in_step(services.purge_searches):
        pass
