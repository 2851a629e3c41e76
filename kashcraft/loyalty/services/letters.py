"""What members are written."""

from __future__ import annotations

from uuid import UUID

from kashcraft.accounts import queries as people
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import Tier
from kashcraft.notifications import services as notifications
from kashcraft.notifications.models import Message


def send_tier_letter(*, user_id: UUID, old_tier: Tier, new_tier: Tier, at: str) -> Message | None:
    """Write the letter that tells of a new tier, once per change; return it, or None
    where there is nobody to write to.
    """
    user = people.user_by_id(user_id)
    if user is None or not user.email or user.erased_at is not None:
        return None
    return notifications.queue_message(
        kind="tier_changed",
        recipient=user.email,
        key=f"tier:{user_id}:{at}",
        context={
            "name": user.display_name,
            "tier": new_tier.value.title(),
            "rises": rules.is_at_least(new_tier, old_tier),
        },
        user_id=user_id,
        locale=user.locale,
    )
