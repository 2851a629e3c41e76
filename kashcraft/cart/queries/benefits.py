"""The benefits of a cart's owner: vouchers, points, rewards and gift cards. Only what is needed is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from kashcraft.cart.models import CartCode, CodeKind
from kashcraft.cart.rules import GIFT_CARD, VOUCHER, Benefits, CartItem, Code, Contents, Owner, RewardChoice
from kashcraft.catalogue.models import ProductCategory
from kashcraft.core import autocommit, clock
from kashcraft.core.ids import CartCodeId, CartId, GiftCardId, OrderId, RewardId
from kashcraft.gift_cards import queries as gift_cards
from kashcraft.gift_cards.rules import label
from kashcraft.loyalty import queries as loyalty
from kashcraft.loyalty.models import RewardType
from kashcraft.pricing.rules import GiftCardTerms, Key, PointsTerms, RewardTerms, VoucherTerms
from kashcraft.vouchers import queries as vouchers
from kashcraft.vouchers.rules import CodeLookup


@dataclass(frozen=True, slots=True)
class AvailableBenefits:
    """The points and rewards that a member can use; empty for guests."""

    balance: PointsTerms | None = None
    rewards: tuple[RewardChoice, ...] = ()


def get_benefits(
    owner: Owner, cart: Contents, *, email: str | None = None, withheld: bool = False
) -> Benefits:
    """Return the benefits that apply to a cart now.

    ``email`` is the address of a guest and is used for limits per customer. It is given only when an order is
    placed, because the code box must not reveal who is a customer. ``withheld`` is as for
    ``vouchers.get_code_lookups``.

    Without codes and automatic vouchers a guest's cart needs no statement. Otherwise there is one statement
    for codes, one for vouchers, one for gift cards and one for categories. For members there is one more for
    the e-mail address, and one each for tier, points and reward.
    """
    return _benefits(owner, cart, None, email=email, withheld=withheld)[0]


def get_benefits_and_voucher(owner: Owner, cart: Contents, code: str) -> tuple[Benefits, CodeLookup]:
    """Return the benefits of a cart, and the lookup of a voucher code that was typed.

    The statements are those of ``get_benefits``, and that for vouchers is always executed.
    """
    return _benefits(owner, cart, code)


def _benefits(
    owner: Owner, cart: Contents, typed_code: str | None, *, email: str | None = None, withheld: bool = False
) -> tuple[Benefits, CodeLookup]:
    requested = cart.requested
    codes = list_codes(cart.cart_id) if requested.has_codes and cart.cart_id else ()
    entered = next((code.label for code in codes if code.kind == VOUCHER), None)
    key, found, other, automatic = None, CodeLookup(), CodeLookup(), list[VoucherTerms]()
    if entered or typed_code or requested.has_automatic_vouchers:
        key = vouchers.find_customer_key(user_id=owner.user_id, email=email)
        (found, other), automatic = vouchers.get_code_lookups(
            [entered, typed_code],
            moment=clock.now(),
            customer_key=key,
            user_id=owner.user_id,
            order_id=cart.pending_order_id,
            withheld=withheld,
        )
    reward = _reward(owner, requested.reward_id)
    benefits = Benefits(
        codes=codes,
        voucher=found.terms,
        refusal=found.refusal,
        automatic=tuple(automatic),
        reward=reward,
        reward_unavailable=reward is None and requested.reward_id is not None,
        points=_points(owner, requested.points),
        perk=loyalty.find_tier_perk(owner.user_id) if owner.user_id else None,
        gift_cards=_cards(codes, cart.pending_order_id),
        customer_key=key,
        used_before=found.used_before,
    )
    return with_categories(benefits, cart), other


def with_categories(benefits: Benefits, cart: Contents) -> Benefits:
    """Return the benefits with the categories of the goods if a voucher needs them. At most one statement."""
    terms = [one for one in (benefits.voucher, *benefits.automatic) if one is not None]
    if benefits.categories or not any(one.applicable_categories for one in terms):
        return benefits
    return replace(benefits, categories=_categories(cart.items))


def get_available_benefits(owner: Owner, cart: Contents) -> AvailableBenefits:
    """Return the points and rewards that a member can use in this cart; empty for guests. Two statements."""
    if owner.user_id is None:
        return AvailableBenefits()
    rewards = tuple(
        RewardChoice(
            id=RewardId(reward.id),
            name=reward.name,
            text=reward.description or "",
            chosen=reward.id == cart.requested.reward_id,
            is_delivery=reward.reward_type is RewardType.FREE_SHIPPING,
        )
        for reward in loyalty.list_usable_rewards(owner.user_id)
    )
    return AvailableBenefits(loyalty.get_points_terms(owner.user_id, 0), rewards)


def list_codes(cart_id: CartId) -> tuple[Code, ...]:
    """Return the codes of a cart: the voucher first, then the gift cards as entered. One statement."""
    rows = autocommit.rows(
        sa.select(
            CartCode.id, CartCode.kind, CartCode.voucher_code, CartCode.gift_card_id, CartCode.last_four
        )
        .where(CartCode.cart_id == cart_id)
        .order_by(CartCode.kind.desc(), CartCode.id)
    )
    return tuple(_code(row) for row in rows)


class _CodeRow(Protocol):
    """A row of ``list_codes``."""

    id: CartCodeId
    kind: CodeKind
    voucher_code: str
    gift_card_id: GiftCardId | None
    last_four: str


def _code(row: _CodeRow) -> Code:
    if row.kind is CodeKind.VOUCHER:
        return Code(id=row.id, kind=VOUCHER, label=row.voucher_code)
    return Code(id=row.id, kind=GIFT_CARD, label=label(row.last_four), gift_card_id=row.gift_card_id)


def _cards(codes: Sequence[Code], order_id: OrderId | None) -> tuple[GiftCardTerms, ...]:
    ids = [code.gift_card_id for code in codes if code.gift_card_id is not None]
    return tuple(gift_cards.list_terms(ids, order_id=order_id))


def _points(owner: Owner, points: int) -> PointsTerms | None:
    return loyalty.get_points_terms(owner.user_id, points) if owner.user_id and points else None


def _reward(owner: Owner, reward_id: RewardId | None) -> RewardTerms | None:
    return loyalty.find_reward_terms(reward_id, owner.user_id) if owner.user_id and reward_id else None


def _categories(items: Iterable[CartItem]) -> dict[UUID, frozenset[Key]]:
    """Return the categories of each product page; voucher terms already include all descendants."""
    pages = {item.page_id for item in items}
    rows = autocommit.rows(
        sa.select(ProductCategory.product_id, ProductCategory.category_id).where(
            ProductCategory.product_id.in_(pages)
        )
    )
    found: dict[UUID, set[Key]] = {}
    for row in rows:
        found.setdefault(row.product_id, set()).add(row.category_id)
    return {page: frozenset(categories) for page, categories in found.items()}
