"""What the loyalty programme tells."""

from dataclasses import dataclass

from kashcraft.core.ids import UserId


@dataclass(frozen=True)
class TierChanged:
    """A member has another tier, higher or lower; ``at`` is when, in ISO 8601.

    ``reason`` says why a tier was lost: refund, upgrade_ended, terms; empty for one that was reached.
    """

    user_id: UserId
    old_tier: str
    new_tier: str
    at: str
    reason: str = ""
