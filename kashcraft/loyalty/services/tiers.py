"""What the tiers ask for and give, and members who move when that changes.

Pages and purchases work the tier out from the terms whenever they need it, so new terms count at once. What
the account keeps of it (the tier with its date, by which members are counted) follows in batches.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import jobs
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import UserId
from kashcraft.core.settings import settings
from kashcraft.loyalty import queries, rules
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyTier, ProgrammeChangeKind, Tier, TierDelivery
from kashcraft.loyalty.services.changes import record, rewrite
from kashcraft.loyalty.services.locked_account import lock_account, settle_tier, terms_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TierNumbers:
    """What a tier asks for and gives; amounts are minor units, the multiplier basis points."""

    qualifying_points: int
    net_spend: int
    multiplier_bp: int
    birthday_points: int = 0
    free_shipping: TierDelivery = TierDelivery.NONE
    free_shipping_from: int = 0
    early_access: bool = False
    waitlist_first: bool = False


def edit_tier(*, tier: Tier, numbers: TierNumbers, actor_id: UserId | None = None) -> LoyaltyTier:
    """Give a tier other numbers and return it; the same numbers again change nothing.

    Where it asks for something else, members follow both ways: at once in everything that is worked out, and
    by ``settle_tiers`` in what their accounts keep. Raises NotFound('no_tier') and DomainError('tier_order',
    tier=) where the ladder would no longer rise from nothing to the highest.
    """
    ladder = db.session.scalars(
        sa.select(LoyaltyTier)
        .order_by(LoyaltyTier.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    row = next((item for item in ladder if item.tier is tier), None)
    if row is None:
        raise NotFound("no_tier", tier=tier.value)
    before = terms_of(row)
    changed = rewrite(row, {**asdict(numbers), "currency": settings().shop_currency})
    wrong = rules.first_misplaced_tier([terms_of(item) for item in ladder])
    if wrong is not None:
        raise DomainError("tier_order", field="qualifying_points", tier=wrong.value)
    if changed:
        record(ProgrammeChangeKind.CHANGED, tier_id=row.id, actor_id=actor_id, data=changed)
    if terms_of(row) != before:
        settle_all.enqueue()
    return row


@jobs.reference("loyalty.settle_tiers")
def settle_all() -> None:
    """Give every member the tier that follows; ``loyalty.jobs`` does it, some members at a time."""


def settle_tiers(*, after: UUID | None = None, limit: int = 50) -> list[LoyaltyAccount]:
    """Give up to ``limit`` members the tier that follows from their figures, and return them by user id.

    ``after`` is the user id that the last batch ended with. Members who have the right tier are left alone.
    """
    terms = [terms_of(item) for item in queries.list_tiers()]
    stale = sa.select(LoyaltyAccount.user_id).where(queries.is_stale(terms))
    if after is not None:
        stale = stale.where(LoyaltyAccount.user_id > after)
    user_ids = db.session.scalars(stale.order_by(LoyaltyAccount.user_id).limit(limit)).all()
    locked_accounts = [lock_account(user_id) for user_id in user_ids]
    return [settle_tier(locked, reason="terms") for locked in locked_accounts if locked is not None]
