"""The benefits that reduce what a cart's owner pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kashcraft.core.ids import CartCodeId, GiftCardId, RewardId
from kashcraft.pricing.rules import (
    GiftCardTerms,
    Key,
    PointsTerms,
    Quote,
    RewardTerms,
    TierPerk,
    VoucherTerms,
)

VOUCHER, GIFT_CARD = "voucher", "gift_card"
MAX_GIFT_CARDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code entered for a cart: the voucher code itself, or the gift card that was found by it."""

    id: CartCodeId
    kind: str
    label: str
    gift_card_id: GiftCardId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefits:
    """Everything that the owner of a cart can use now, as input of the pricing pipeline.

    ``refusal`` is the error code of an entered voucher that cannot be used. ``categories`` holds the
    categories of the goods by the id of their page; it is filled where a voucher needs them. ``customer_key``
    identifies the customer for limits, None where no limit had to be checked. ``used_before`` is True if a
    voucher is refused because this customer has used it before.
    """

    codes: tuple[Code, ...] = ()
    voucher: VoucherTerms | None = None
    refusal: str | None = None
    automatic: tuple[VoucherTerms, ...] = ()
    reward: RewardTerms | None = None
    points: PointsTerms | None = None
    perk: TierPerk | None = None
    gift_cards: tuple[GiftCardTerms, ...] = ()
    categories: Mapping[UUID, frozenset[Key]] = field(default_factory=dict)
    customer_key: str | None = None
    reward_unavailable: bool = False
    used_before: bool = False

    @property
    def voucher_code(self) -> Code | None:
        """Return the entered voucher code, or None."""
        return next((code for code in self.codes if code.kind == VOUCHER), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardChoice:
    """A reward of a member, its description, and whether it is selected.

    ``is_delivery`` marks rewards for free delivery; ``is_redundant`` is True where delivery is already free.
    """

    id: RewardId
    name: str
    text: str = ""
    chosen: bool = False
    is_delivery: bool = False
    is_redundant: bool = False


def max_spendable_points(quote: Quote, worth: int) -> int:
    """Return how many points the goods cost, including the points that are already applied."""
    spent = quote.points.discount if quote.points else 0
    return (quote.merchandise_after_discounts + spent) // worth
