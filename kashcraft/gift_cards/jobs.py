"""Work on gift cards that nobody waits for."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.gift_cards import services


@task("gift_cards.deliver_due")
def deliver_due() -> None:
    """Write the letters of the cards whose day has come, some at a time, until none is left."""
    while in_step(services.deliver_due):
        pass


@task("gift_cards.expire_due")
def expire_due() -> None:
    """Write off what is left on cards whose time is over, some at a time, until none is left."""
    while in_step(services.expire_due):
        pass


@task("gift_cards.forget_codes")
def forget_codes() -> None:
    """Forget codes that went out over 30 days ago, some at a time, until none is left."""
    while in_step(services.forget_codes):
        pass
