"""The rewards that members can exchange points for. Changing an offer does not change rewards that members
have.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from kashcraft.core.db import db, insert_into
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ProductId, UserId, new_id
from kashcraft.loyalty.models import ProgrammeChangeKind, RewardOffer, RewardType, Tier
from kashcraft.loyalty.services.changes import record, rewrite

TYPES_WITH_VALUE = (RewardType.DISCOUNT, RewardType.VIP_UPGRADE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    """The content of a reward. ``value`` is minor units of a discount or months of an upgrade; ``product_id``
    is the free product.
    """

    name: str
    reward_type: RewardType
    value: int = 0
    product_id: ProductId | None = None
    description: str | None = None
    min_tier_required: Tier | None = None

    def columns(self) -> dict[str, object]:
        """Return the values of the columns of an offer or a reward.

        Raises DomainError('reward_without_value') for a discount or upgrade without a value, and
        DomainError('reward_without_product') for a free item without a product or another type with one.
        """
        if self.reward_type in TYPES_WITH_VALUE and self.value <= 0:
            raise DomainError("reward_without_value", field="value")
        if (self.reward_type is RewardType.FREE_ITEM) != (self.product_id is not None):
            raise DomainError("reward_without_product", field="product_id")
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms(Prize):
    """The content of a reward, its price in points, when it is offered, and for how many days it is valid."""

    points_cost: int
    valid_days: int = 90
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def columns(self) -> dict[str, object]:
        """Return the values of the columns of an offer.

        Raises what ``Prize.columns`` raises, and DomainError('offer_dates') if it ends before it starts.
        """
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise DomainError("offer_dates", field="last_day")
        return Prize.columns(self)


def create_offer(
    *, terms: OfferTerms, key: UUID | None = None, actor_id: UserId | None = None
) -> RewardOffer:
    """Add an offer and return it. ``key`` becomes its id, so that a form that is sent twice adds one offer.

    Raises what ``OfferTerms.columns`` raises.
    """
    offer_id = key or new_id()
    added = insert_into(RewardOffer).values(id=offer_id, **terms.columns())
    once = added.on_conflict_do_nothing(index_elements=["id"]).returning(RewardOffer.id)
    if db.session.scalar(once) is not None:
        record(ProgrammeChangeKind.CREATED, offer_id=offer_id, actor_id=actor_id, data={})
    return db.session.get_one(RewardOffer, offer_id)


def edit_offer(*, offer_id: UUID, terms: OfferTerms, actor_id: UserId | None = None) -> RewardOffer:
    """Change the terms of an offer and return it. The same terms again change nothing.

    Raises NotFound('no_offer') and what ``OfferTerms.columns`` raises.
    """
    offer = _locked(offer_id)
    changed = rewrite(offer, terms.columns())
    if changed:
        record(ProgrammeChangeKind.CHANGED, offer_id=offer.id, actor_id=actor_id, data=changed)
    return offer


def switch_offer(*, offer_id: UUID, is_active: bool, actor_id: UserId | None = None) -> RewardOffer:
    """Switch an offer on or off and return it. Raises NotFound('no_offer')."""
    offer = _locked(offer_id)
    if rewrite(offer, {"is_active": is_active}):
        kind = ProgrammeChangeKind.SWITCHED_ON if is_active else ProgrammeChangeKind.SWITCHED_OFF
        record(kind, offer_id=offer.id, actor_id=actor_id, data={})
    return offer


def _locked(offer_id: UUID) -> RewardOffer:
    offer = db.session.get(RewardOffer, offer_id, with_for_update=True, populate_existing=True)
    if offer is None:
        raise NotFound("no_offer")
    return offer
