"""Codes, points and rewards of a cart. They are stored while they have an effect.

Nothing is redeemed here; that happens when the order is placed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from kashcraft.cart import presenters, queries, rules
from kashcraft.cart.rules import VOUCHER, Benefits, Code, Contents, Owner
from kashcraft.cart.services.editing import (
    EditableCart,
    delete_code,
    make_editable,
    put_gift_card,
    put_voucher,
    set_requested_benefits,
)
from kashcraft.core import clock
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import CartCodeId, RewardId
from kashcraft.core.settings import settings
from kashcraft.gift_cards import queries as gift_cards
from kashcraft.gift_cards.presenters import REFUSALS as CARD_REFUSALS
from kashcraft.gift_cards.rules import label, looks_like_code, refusal
from kashcraft.loyalty import queries as loyalty
from kashcraft.pricing.presenters import explain_rejection
from kashcraft.pricing.rules import Quote, Refusal
from kashcraft.vouchers.presenters import REFUSALS as VOUCHER_REFUSALS
from kashcraft.vouchers.rules import CodeLookup

UNKNOWN = ("voucher_unknown", "gift_card_unknown")


@dataclass(frozen=True, slots=True)
class EnteredCode:
    """An accepted code: its display name and the effect of a voucher in words.

    ``used`` is False where ``text`` is the reason why the voucher has no effect yet. The effect of a gift
    card depends on the delivery, so its ``text`` is empty. ``instead_of`` is the name of the voucher that was
    replaced.
    """

    name: str
    text: str = ""
    used: bool = True
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class PointsToSpend:
    """The points to spend and their discount in minor units of ``currency``."""

    points: int
    discount: int
    currency: str


def enter_code(*, owner: Owner, code: str) -> EnteredCode:
    """Store the code of a voucher or gift card with the owner's cart; return the accepted code.

    A cart has one voucher; another one replaces it unless it saves less. Gift cards are added. Limits per
    guest are checked when the order is placed. Raises DomainError for ``code``: empty_cart, code_missing,
    code_unknown (the same answer for every unknown code), code_refused and too_many_cards (with a ``reason``
    in words).
    """
    cart = _get_filled_cart(owner)
    if not code.strip():
        raise DomainError("code_missing", field="code")
    if looks_like_code(code):
        return _enter_card(cart, queries.get_benefits(owner, cart), code)
    benefits, found = queries.get_benefits_and_voucher(owner, cart, code)
    return _enter_voucher(cart, benefits, found)


def remove_code(*, owner: Owner, code_id: CartCodeId) -> str:
    """Remove a code from the owner's cart and return its display name.

    Raises NotFound for a code of another cart.
    """
    cart = queries.find_cart(owner)
    codes = queries.list_codes(cart.cart_id) if cart else ()
    code = next((one for one in codes if one.id == code_id), None)
    if cart is None or code is None:
        raise NotFound("cart_code")
    delete_code(make_editable(cart=cart), code_id)
    return presenters.code_name(code)


def spend_points(*, owner: Owner, points: int) -> PointsToSpend:
    """Store how many points a member wants to spend, at most what the goods cost; return them.

    0 spends none. Raises DomainError: empty_cart, not_a_member, points_refused (for ``points``, with a
    ``reason`` in words).
    """
    cart, benefits = _get_member_cart(owner)
    assert owner.user_id is not None
    terms = loyalty.get_points_terms(owner.user_id, max(0, points))
    result = queries.get_goods_quote(cart.items, replace(benefits, points=terms))
    rejection = result.rejection_of("points")
    if rejection is not None:
        reason = explain_rejection(rejection, result.currency, settings().formats)
        raise DomainError("points_refused", field="points", reason=reason)
    applied = result.points.points if result.points else 0
    set_requested_benefits(make_editable(cart=cart), points=applied)
    return PointsToSpend(applied, result.points.discount if result.points else 0, result.currency)


def choose_reward(*, owner: Owner, reward_id: RewardId | None, quoted: Callable[[], Quote | None]) -> str:
    """Store which reward of a member the order uses, None for no reward; return its name.

    ``quoted`` returns the quote that the owner sees next, delivery included. A reward without effect on it is
    refused. Raises DomainError: empty_cart, not_a_member, reward_gone, reward_refused (with a ``reason`` in
    words).
    """
    cart, benefits = _get_member_cart(owner)
    assert owner.user_id is not None
    terms = loyalty.find_reward_terms(reward_id, owner.user_id) if reward_id else None
    if reward_id and terms is None:
        raise DomainError("reward_gone", field="reward")
    _check_reward(queries.get_goods_quote(cart.items, replace(benefits, reward=terms)))
    set_requested_benefits(make_editable(cart=cart), reward_id=reward_id)
    _check_reward(quoted())
    return terms.name if terms else ""


def _check_reward(result: Quote | None) -> None:
    rejection = result.rejection_of("reward") if result else None
    if result is None or rejection is None:
        return
    if rejection.code is Refusal.NOT_NEEDED:
        reason = _("You already have this: delivery of this order is free.")
    else:
        reason = explain_rejection(rejection, result.currency, settings().formats)
    raise DomainError("reward_refused", field="reward", reason=reason)


def remove_inapplicable_voucher(*, owner: Owner, cart: EditableCart) -> str:
    """Remove a voucher that no longer applies to the cart; return the reason in words, '' where it stays."""
    cart_now = queries.get_contents(owner)
    benefits = queries.get_benefits(owner, cart_now)
    code, terms = benefits.voucher_code, benefits.voucher
    if code is None or not cart_now.items:
        return ""
    if terms is None:
        reason = presenters.voucher_refusal(benefits)
    else:
        quote = queries.get_goods_quote(cart_now.items, benefits)
        reason = presenters.refusal_of_code(quote, terms.reference, settings().formats) or ""
    if not reason:
        return ""
    delete_code(cart, code.id)
    return _("%(name)s was removed. %(reason)s", name=presenters.code_name(code), reason=reason)


def _enter_voucher(cart: Contents, benefits: Benefits, found: CodeLookup) -> EnteredCode:
    if found.terms is None:
        _refuse(found.refusal or "voucher_unknown")
    assert found.terms is not None
    terms = found.terms
    with_voucher = queries.with_categories(replace(benefits, voucher=terms), cart)
    result = queries.get_goods_quote(cart.items, with_voucher)
    _check_accepted(result, terms.reference)
    _check_better(queries.get_goods_quote(cart.items, benefits), benefits, result)
    before = benefits.voucher_code
    code_id = put_voucher(make_editable(cart=cart), terms.code)
    code = Code(id=code_id, kind=VOUCHER, label=terms.code)
    shown = presenters.shown_code(code, with_voucher, result, settings().formats)
    other = presenters.code_name(before) if before and before.label != terms.code else ""
    return EnteredCode(shown.name, shown.text, shown.used, other)


def _enter_card(cart: Contents, benefits: Benefits, code: str) -> EnteredCode:
    card = gift_cards.find_by_code(code)
    # What a pending order of this cart has claimed from the card is released with it, so it counts.
    terms = gift_cards.list_terms([card.id], order_id=cart.pending_order_id) if card else []
    if card is None or not terms or terms[0].balance == 0:
        _refuse(refusal(card, clock.now()) or "gift_card_unknown")
    assert card is not None
    entered_cards = [one for one in benefits.codes if one.gift_card_id not in (None, card.id)]
    if len(entered_cards) >= rules.MAX_GIFT_CARDS:
        reason = _("At most %(count)s gift cards can pay for one order.", count=rules.MAX_GIFT_CARDS)
        raise DomainError("too_many_cards", field="code", reason=reason)
    others = tuple(one for one in benefits.gift_cards if one.reference != card.id)
    _check_accepted(
        queries.get_goods_quote(cart.items, replace(benefits, gift_cards=(*others, *terms))), card.id
    )
    put_gift_card(make_editable(cart=cart), card.id, card.last_four)
    return EnteredCode(_("Gift card %(digits)s", digits=label(card.last_four)))


def _refuse(code: str) -> None:
    """Raise the refusal of a code that cannot be used at all."""
    if code in UNKNOWN:
        raise DomainError("code_unknown", field="code")
    reason = str(VOUCHER_REFUSALS.get(code) or CARD_REFUSALS[code])
    raise DomainError("code_refused", field="code", reason=reason)


def _check_accepted(result: Quote, reference: UUID | str) -> None:
    reason = presenters.refusal_of_code(result, reference, settings().formats)
    if reason is not None:
        raise DomainError("code_refused", field="code", reason=reason)


def _check_better(now: Quote, benefits: Benefits, then: Quote) -> None:
    """Refuse a voucher that saves less on the goods than the voucher it would replace."""
    entered = benefits.voucher
    if entered is None or now.voucher is None or now.voucher.reference != entered.reference:
        return
    more = _cost(then) - _cost(now)
    if more > 0:
        amount = settings().formats.amount(now.money(more))
        reason = _("%(code)s saves %(amount)s more, so it stays.", code=entered.code, amount=amount)
        raise DomainError("code_refused", field="code", reason=reason)


def _cost(of: Quote) -> int:
    """Return what is given for an order: money, and points at their worth."""
    return of.total + (of.points.discount if of.points else 0)


def _get_filled_cart(owner: Owner) -> Contents:
    cart = queries.get_contents(owner)
    if not cart.items:
        raise DomainError("empty_cart")
    return cart


def _get_member_cart(owner: Owner) -> tuple[Contents, Benefits]:
    cart = _get_filled_cart(owner)
    if owner.user_id is None:
        raise DomainError("not_a_member")
    return cart, queries.get_benefits(owner, cart)
