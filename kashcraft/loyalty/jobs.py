"""Work on members that nobody waits for; each is done once however often it runs."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from kashcraft.core.db import in_step
from kashcraft.core.ids import UserId
from kashcraft.core.jobs import task
from kashcraft.core.settings import shop_time
from kashcraft.loyalty import services
from kashcraft.loyalty.models import Tier
from kashcraft.loyalty.services.tiers import settle_all


@task("loyalty.expire_points")
def expire_points() -> None:
    """Write off points that are past their date, and end upgrades, some members at a time."""
    while in_step(services.expire_due):
        pass
    while in_step(services.end_due_upgrades):
        pass


@task("loyalty.birthdays")
def birthdays() -> None:
    """Give the birthday points of the day, and those of days on which nothing ran."""
    today = shop_time().date()
    while in_step(lambda: services.award_due_birthdays(today=today)):
        pass


@task("loyalty.expire_rewards")
def expire_rewards() -> None:
    """Mark rewards that are past their date, some at a time."""
    while in_step(services.expire_rewards):
        pass


@task("loyalty.tell_of_expiry")
def notify_of_expiry() -> None:
    """Write to members whose points are about to expire, some members at a time."""
    while in_step(services.notify_of_expiry):
        pass


@task(settle_all)
def settle_tiers() -> None:
    """Give members the tier that follows from what the tiers ask for now, some members at a time."""
    last: UUID | None = None
    while settled := in_step(partial(services.settle_tiers, after=last)):
        last = settled[-1].user_id


@task("loyalty.tell_of_tier")
def notify_of_tier(user_id: str, old_tier: str, new_tier: str, at: str, reason: str = "") -> None:
    """Write the letter that tells of a new tier."""
    in_step(
        lambda: services.send_tier_email(
            user_id=UserId(UUID(user_id)),
            old_tier=Tier(old_tier),
            new_tier=Tier(new_tier),
            at=at,
            reason=reason,
        )
    )
