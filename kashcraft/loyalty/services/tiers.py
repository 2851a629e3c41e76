"""Changes of the requirements and benefits of tiers.

Pages and purchases calculate the tier from the requirements, so new requirements apply at once. The stored
tier of each account, by which members are counted, follows in batches.
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
    """The requirements and benefits of a tier. Amounts are minor units, the multiplier is basis points."""

    qualifying_points: int
    net_spend: int
    multiplier_bp: int
    birthday_points: int = 0
    free_shipping: TierDelivery = TierDelivery.NONE
    free_shipping_from: int = 0
    early_access: bool = False
    waitlist_first: bool = False


def edit_tier(*, tier: Tier, numbers: TierNumbers, actor_id: UserId | None = None) -> LoyaltyTier:
    """Change the numbers of a tier and return it. The same numbers again change nothing.

    New requirements raise and lower members. Calculated tiers follow at once, stored tiers by
    ``settle_tiers``. Raises NotFound('no_tier'), and DomainError('tier_order', tier=) if the requirements
    would not rise from tier to tier.
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
    """Update the stored tier of every member in batches; ``loyalty.jobs`` runs it."""


def settle_tiers(*, after: UUID | None = None, limit: int = 50) -> list[LoyaltyAccount]:
    """Update the stored tier of up to ``limit`` members and return those accounts, by user id.

    ``after`` is the last user id of the previous batch. Members with the right tier are left out.
    """
    terms = [terms_of(item) for item in queries.list_tiers()]
    stale = sa.select(LoyaltyAccount.user_id).where(queries.is_stale(terms))
    if after is not None:
        stale = stale.where(LoyaltyAccount.user_id > after)
    user_ids = db.session.scalars(stale.order_by(LoyaltyAccount.user_id).limit(limit)).all()
    locked_accounts = [lock_account(user_id) for user_id in user_ids]
    return [settle_tier(locked, reason="terms") for locked in locked_accounts if locked is not None]
