"""What a voucher takes off, and which of several is the best for the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kashcraft.core.money import round_half_up, split_proportionally
from kashcraft.pricing.rules.input import WHOLE_BP, CartToPrice, LineToPrice, VoucherKind, VoucherTerms
from kashcraft.pricing.rules.quotation import AppliedVoucher, Refusal, Rejection, VoucherReason


@dataclass(frozen=True, slots=True)
class VoucherCandidate:
    """A voucher that could apply, with what it takes off each line."""

    terms: VoucherTerms
    shares: tuple[int, ...]

    @property
    def discount(self) -> int:
        """All it takes off."""
        return sum(self.shares)


def _refused(terms: VoucherTerms, code: Refusal, amount: int = 0) -> Rejection:
    return Rejection(subject="voucher", code=code, reference=terms.reference, label=terms.code, amount=amount)


def _covers(terms: VoucherTerms, line: LineToPrice) -> bool:
    if line.is_gift_card or line.excluded:
        return False
    if line.product_id in terms.excluded_products or line.parent_id in terms.excluded_products:
        return False
    return not terms.applicable_categories or bool(terms.applicable_categories & line.category_ids)


def _order_value_refusal(terms: VoucherTerms, goods: int) -> Rejection | None:
    if goods < terms.min_order_value:
        return _refused(terms, Refusal.BELOW_MINIMUM, terms.min_order_value - goods)
    if terms.max_order_value is not None and goods > terms.max_order_value:
        return _refused(terms, Refusal.ABOVE_MAXIMUM, goods - terms.max_order_value)
    return None


def _discount(terms: VoucherTerms, eligible: int) -> int:
    if terms.kind is VoucherKind.FIXED:
        return min(terms.value, eligible)
    discount = round_half_up(eligible * terms.value, WHOLE_BP)
    return discount if terms.max_discount is None else min(discount, terms.max_discount)


def offer(terms: VoucherTerms, cart: CartToPrice) -> VoucherCandidate | Rejection:
    """What the voucher would take off each line, or why it cannot apply.

    A percentage is computed once on the eligible subtotal, then capped, then split; a fixed amount takes at
    most the eligible subtotal.
    """
    if terms.kind is VoucherKind.FIXED and terms.currency not in (None, cart.currency):
        return _refused(terms, Refusal.WRONG_CURRENCY)
    refusal = _order_value_refusal(terms, cart.goods_subtotal)
    if refusal:
        return refusal
    eligible = [line.subtotal if _covers(terms, line) else 0 for line in cart.lines]
    discount = _discount(terms, sum(eligible))
    if discount == 0:
        return _refused(terms, Refusal.NO_ELIGIBLE_ITEMS)
    if terms.kind is VoucherKind.FIXED and discount < (terms.min_discount or 0):
        return _refused(terms, Refusal.BELOW_MIN_DISCOUNT, terms.min_discount or 0)
    return VoucherCandidate(terms, tuple(split_proportionally(discount, eligible)))


def offers(cart: CartToPrice) -> tuple[list[VoucherCandidate], list[Rejection]]:
    """The vouchers that could apply, the entered one first, and why the entered one cannot."""
    found: list[VoucherCandidate] = []
    rejections: list[Rejection] = []
    for terms in cart.vouchers:
        answer = offer(terms, cart)
        if isinstance(answer, VoucherCandidate):
            found.append(answer)
        elif terms is cart.voucher:
            rejections.append(answer)
    return found, rejections


def choose(
    cart: CartToPrice, found: Sequence[VoucherCandidate], costs: Sequence[int], cost_without: int
) -> tuple[int | None, AppliedVoucher | None, Rejection | None]:
    """The index of the offer that leaves the order cheapest, how it applies, why the entered one does not.

    ``costs`` is what the order costs with each offer. On a tie the earlier offer wins, so an entered code is
    preferred to an automatic voucher. An offer that saves nothing in all, say because it loses free delivery,
    is not used up for it.
    """
    ranked = sorted(range(len(found)), key=lambda index: costs[index])
    entered = next((index for index in ranked if found[index].terms is cart.voucher), None)
    if not ranked or costs[ranked[0]] >= cost_without:
        loss = None if entered is None else costs[entered] - cost_without
        return None, None, _loses(found, entered, Refusal.SAVES_NOTHING, loss)
    best = ranked[0]
    other = ranked[1] if len(ranked) > 1 else None
    applied = AppliedVoucher(
        reference=found[best].terms.reference,
        code=found[best].terms.code,
        discount=found[best].discount,
        reason=_reason(best, entered, other),
        instead_of=None if other is None else found[other].terms.code,
        saves_more=0 if other is None else costs[other] - costs[best],
    )
    if entered in (None, best):
        return best, applied, None
    return best, applied, _loses(found, entered, Refusal.ANOTHER_SAVES_MORE, costs[entered] - costs[best])


def _loses(
    found: Sequence[VoucherCandidate], entered: int | None, code: Refusal, amount: int | None
) -> Rejection | None:
    return None if entered is None else _refused(found[entered].terms, code, amount or 0)


def _reason(best: int, entered: int | None, other: int | None) -> VoucherReason:
    if best == entered:
        return VoucherReason.CODE if other is None else VoucherReason.CODE_SAVES_MORE
    return VoucherReason.AUTOMATIC if entered is None else VoucherReason.AUTOMATIC_SAVES_MORE
