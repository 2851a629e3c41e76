"""Events of the loyalty program."""

from dataclasses import dataclass

from kashcraft.core.ids import UserId


@dataclass(frozen=True)
class TierChanged:
    """A member has another tier, higher or lower. ``at`` is the time in ISO 8601.

    ``reason`` is why a tier was lost: refund, upgrade_ended or terms; empty for a tier that was reached.
    """

    user_id: UserId
    old_tier: str
    new_tier: str
    at: str
    reason: str = ""
