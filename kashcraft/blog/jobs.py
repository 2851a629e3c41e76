"""Scheduled jobs of the journal."""

from __future__ import annotations

from kashcraft.blog import services
from kashcraft.core.db import in_step
from kashcraft.core.jobs import task


@task("blog.roll_up_views")
def roll_up_views() -> None:
    """Add the views of days older than 13 months to their months, in portions, until none is left."""
    while in_step(services.roll_up_views):
        pass
