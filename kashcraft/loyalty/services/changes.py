"""The history of changes of tiers, offers and rewards: who, when, why, and the values before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from kashcraft.core import activity_log
from kashcraft.core.db import db
from kashcraft.core.ids import UserId
from kashcraft.loyalty.models import LoyaltyChange, LoyaltyTier, ProgrammeChangeKind, RewardOffer
from kashcraft.loyalty.rules import HistoryValue


def rewrite(row: LoyaltyTier | RewardOffer, values: Mapping[str, object]) -> dict[str, list[HistoryValue]]:
    """Set ``values`` on a row and return [before, after] of each field that changed, as plain values."""
    changed: dict[str, list[HistoryValue]] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changed[name] = [plain(before), plain(value)]
            setattr(row, name, value)
    return changed


def record(
    kind: ProgrammeChangeKind,
    *,
    actor_id: UserId | None,
    data: Mapping[str, object],
    reason: str | None = None,
    **subject: UUID,
) -> None:
    """Add a change to the history. ``subject`` is one of tier_id, offer_id, reward_id."""
    db.session.add(LoyaltyChange(kind=kind, actor_id=actor_id, reason=reason, data=dict(data), **subject))
    activity_log.note(
        "loyalty",
        action=kind.value,
        tier_id=subject.get("tier_id"),
        offer_id=subject.get("offer_id"),
        reward_id=subject.get("reward_id"),
    )


def plain(value: object) -> HistoryValue:
    """Return a column's value as JSON stores it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)
