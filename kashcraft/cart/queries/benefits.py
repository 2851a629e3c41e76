"""What a cart's owner may use to pay less: asked for only as far as there is something to ask."""

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
    """What a member could use: all points, and the rewards held; nothing for guests."""

    balance: PointsTerms | None = None
    rewards: tuple[RewardChoice, ...] = ()


def get_benefits(
    owner: Owner, cart: Contents, *, email: str | None = None, withheld: bool = False
) -> Benefits:
    """Return what lowers the price of a cart now.

    ``email`` is the address of a guest by which limits count, given only where an order is placed, because
    the box must not tell a guest who is a customer; ``withheld`` is as for ``vouchers.get_code_lookups``. No
    statement for a guest without codes while no voucher applies by itself. Else one for the codes, one for
    vouchers, one for gift cards, one for the shelves of the goods; for members one for the address, and one
    each for tier, points and reward.
    """
    return _benefits(owner, cart, None, email=email, withheld=withheld)[0]


def get_benefits_and_voucher(owner: Owner, cart: Contents, code: str) -> tuple[Benefits, CodeLookup]:
    """Return what lowers the price of a cart now, and what a voucher's code that was typed is worth. The
    statements of ``get_benefits``, that for vouchers always.
    """
    return _benefits(owner, cart, code)


def _benefits(
    owner: Owner, cart: Contents, tried: str | None, *, email: str | None = None, withheld: bool = False
) -> tuple[Benefits, CodeLookup]:
    requested = cart.requested
    codes = list_codes(cart.cart_id) if requested.has_codes and cart.cart_id else ()
    entered = next((code.label for code in codes if code.kind == VOUCHER), None)
    key, found, other, automatic = None, CodeLookup(), CodeLookup(), list[VoucherTerms]()
    if entered or tried or requested.has_automatic_vouchers:
        key = vouchers.find_customer_key(user_id=owner.user_id, email=email)
        (found, other), automatic = vouchers.get_code_lookups(
            [entered, tried],
            moment=clock.now(),
            customer_key=key,
            user_id=owner.user_id,
            order_id=cart.pending_order_id,
            withheld=withheld,
        )
    reward = _reward(owner, requested.reward_id)
    asked = Benefits(
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
    return with_categories(asked, cart), other


def with_categories(asked: Benefits, cart: Contents) -> Benefits:
    """Return the benefits with the shelves of the goods, where a voucher asks for them; at most one
    statement.
    """
    terms = [one for one in (asked.voucher, *asked.automatic) if one is not None]
    if asked.categories or not any(one.applicable_categories for one in terms):
        return asked
    return replace(asked, categories=_categories(cart.items))


def get_available_benefits(owner: Owner, cart: Contents) -> AvailableBenefits:
    """Return what a member could use in this cart; nothing for guests. Two statements."""
    if owner.user_id is None:
        return AvailableBenefits()
    held = tuple(
        RewardChoice(
            id=RewardId(reward.id),
            name=reward.name,
            text=reward.description or "",
            chosen=reward.id == cart.requested.reward_id,
            is_delivery=reward.reward_type is RewardType.FREE_SHIPPING,
        )
        for reward in loyalty.list_usable_rewards(owner.user_id)
    )
    return AvailableBenefits(loyalty.get_points_terms(owner.user_id, 0), held)


def list_codes(cart_id: CartId) -> tuple[Code, ...]:
    """Return the codes that were entered for a cart: the voucher, then cards as entered. One statement."""
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


def _points(owner: Owner, wanted: int) -> PointsTerms | None:
    return loyalty.get_points_terms(owner.user_id, wanted) if owner.user_id and wanted else None


def _reward(owner: Owner, reward_id: RewardId | None) -> RewardTerms | None:
    return loyalty.find_reward_terms(reward_id, owner.user_id) if owner.user_id and reward_id else None


def _categories(items: Iterable[CartItem]) -> dict[UUID, frozenset[Key]]:
    """Return the shelves of each page; the terms of a voucher name everything below its own."""
    pages = {item.page_id for item in items}
    rows = autocommit.rows(
        sa.select(ProductCategory.product_id, ProductCategory.category_id).where(
            ProductCategory.product_id.in_(pages)
        )
    )
    found: dict[UUID, set[Key]] = {}
    for row in rows:
        found.setdefault(row.product_id, set()).add(row.category_id)
    return {page: frozenset(shelves) for page, shelves in found.items()}
