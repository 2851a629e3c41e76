"""Background jobs of the loyalty program. Running a job twice has the same effect as running it once."""

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
    """Write off expired points and end expired upgrades, in batches of members."""
    while in_step(services.expire_due):
        pass
    while in_step(services.end_due_upgrades):
        pass


@task("loyalty.birthdays")
def birthdays() -> None:
    """Award the birthday points of today, and of the last days if the job did not run then."""
    today = shop_time().date()
    while in_step(lambda: services.award_due_birthdays(today=today)):
        pass


@task("loyalty.expire_rewards")
def expire_rewards() -> None:
    """Mark expired rewards, in batches."""
    while in_step(services.expire_rewards):
        pass


@task("loyalty.tell_of_expiry")
def notify_of_expiry() -> None:
    """Send an e-mail to members whose points are about to expire, in batches of members."""
    while in_step(services.notify_of_expiry):
        pass


@task(settle_all)
def settle_tiers() -> None:
    """Update the tiers of members to the current requirements, in batches of members."""
    last: UUID | None = None
    while settled := in_step(partial(services.settle_tiers, after=last)):
        last = settled[-1].user_id


@task("loyalty.tell_of_tier")
def notify_of_tier(user_id: str, old_tier: str, new_tier: str, at: str, reason: str = "") -> None:
    """Send the e-mail about a new tier."""
    in_step(
        lambda: services.send_tier_email(
            user_id=UserId(UUID(user_id)),
            old_tier=Tier(old_tier),
            new_tier=Tier(new_tier),
            at=at,
            reason=reason,
        )
    )
