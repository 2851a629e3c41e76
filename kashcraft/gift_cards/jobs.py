"""Background jobs of gift cards."""

from __future__ import annotations

from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.gift_cards import services


@task("gift_cards.deliver_due")
def deliver_due() -> None:
    """Send the e-mails of the cards that are due, in batches, until none is left."""
    while in_step(services.deliver_due):
        pass


@task("gift_cards.expire_due")
def expire_due() -> None:
    """Write off the balance of expired cards, in batches, until none is left."""
    while in_step(services.expire_due):
        pass


@task("gift_cards.forget_codes")
def forget_codes() -> None:
    """Delete the codes of cards that were sent over 30 days ago, in batches, until none is left."""
    while in_step(services.forget_codes):
        pass
