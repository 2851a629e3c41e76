"""What accounts tidy up by themselves."""

from __future__ import annotations

from kashcraft.accounts import services
from kashcraft.core.db import in_step
from kashcraft.core.jobs import task


@task("accounts.purge_sessions")
def purge_sessions() -> None:
    """Delete sign-ins that are long over."""
    while in_step(lambda: services.purge_sessions(limit=1000)) == 1000:
        pass
