"""What makes a cart cheaper: codes, points, a reward, vouchers that apply by themselves."""

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
    """A code that was entered: the voucher's code itself, or the gift card that it opened."""

    id: CartCodeId
    kind: str
    label: str
    gift_card_id: GiftCardId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefits:
    """Everything that a cart's owner may use now, as pricing takes it.

    ``refusal`` is the code of why the entered voucher cannot be used. ``categories`` holds those of the
    goods, by the id of their page, and is filled where a voucher asks for them. ``customer_key`` is whom
    limits count, None while nobody needed to know; ``used_before`` whether a voucher is refused because of
    what they have used before.
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
    """A reward that a member holds, what is said of it, and whether it is the chosen one.

    ``is_delivery`` says that it makes delivery free, ``is_redundant`` that delivery is free without it.
    """

    id: RewardId
    name: str
    text: str = ""
    chosen: bool = False
    is_delivery: bool = False
    is_redundant: bool = False


def max_spendable_points(quote: Quote, worth: int) -> int:
    """Return how many points the goods still cost, those that are spent already included."""
    spent = quote.points.discount if quote.points else 0
    return (quote.merchandise_after_discounts + spent) // worth
