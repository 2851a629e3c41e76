"""The discount of a voucher, and the best of several vouchers for the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kashcraft.core.money import round_half_up, split_proportionally
from kashcraft.pricing.rules.input import WHOLE_BP, CartToPrice, LineToPrice, VoucherKind, VoucherTerms
from kashcraft.pricing.rules.quotation import AppliedVoucher, Refusal, Rejection, VoucherReason


@dataclass(frozen=True, slots=True)
class VoucherCandidate:
    """A voucher that can apply, with its discount per line."""

    terms: VoucherTerms
    shares: tuple[int, ...]

    @property
    def discount(self) -> int:
        """Return the whole discount."""
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


def check_voucher(terms: VoucherTerms, cart: CartToPrice) -> VoucherCandidate | Rejection:
    """Return the discount of a voucher per line, or the reason why it cannot apply.

    A percentage is calculated once on the eligible subtotal, then capped, then split. A fixed amount never
    exceeds the eligible subtotal.
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


def find_candidates(cart: CartToPrice) -> tuple[list[VoucherCandidate], list[Rejection]]:
    """Return the vouchers that can apply, the entered one first, and why the entered one cannot."""
    found: list[VoucherCandidate] = []
    rejections: list[Rejection] = []
    for terms in cart.vouchers:
        result = check_voucher(terms, cart)
        if isinstance(result, VoucherCandidate):
            found.append(result)
        elif terms is cart.voucher:
            rejections.append(result)
    return found, rejections


def choose_voucher(
    cart: CartToPrice, found: Sequence[VoucherCandidate], costs: Sequence[int], cost_without: int
) -> tuple[int | None, AppliedVoucher | None, Rejection | None]:
    """Return the index of the best candidate, the applied voucher, and why the entered one is rejected.

    ``costs`` is the cost of the order with each candidate. The earlier candidate wins a tie, so an entered
    code is preferred to an automatic voucher. A candidate that makes the order no cheaper, for example
    because free delivery is lost, is not used.
    """
    ranked = sorted(range(len(found)), key=lambda index: costs[index])
    entered = next((index for index in ranked if found[index].terms is cart.voucher), None)
    if not ranked or costs[ranked[0]] >= cost_without:
        loss = None if entered is None else costs[entered] - cost_without
        return None, None, _rejected(found, entered, Refusal.SAVES_NOTHING, loss)
    best = ranked[0]
    second = ranked[1] if len(ranked) > 1 else None
    applied = AppliedVoucher(
        reference=found[best].terms.reference,
        code=found[best].terms.code,
        discount=found[best].discount,
        reason=_reason(best, entered, second),
        instead_of=None if second is None else found[second].terms.code,
        saves_more=0 if second is None else costs[second] - costs[best],
    )
    if entered in (None, best):
        return best, applied, None
    return best, applied, _rejected(found, entered, Refusal.ANOTHER_SAVES_MORE, costs[entered] - costs[best])


def _rejected(
    found: Sequence[VoucherCandidate], entered: int | None, code: Refusal, amount: int | None
) -> Rejection | None:
    return None if entered is None else _refused(found[entered].terms, code, amount or 0)


def _reason(best: int, entered: int | None, second: int | None) -> VoucherReason:
    if best == entered:
        return VoucherReason.CODE if second is None else VoucherReason.CODE_SAVES_MORE
    return VoucherReason.AUTOMATIC if entered is None else VoucherReason.AUTOMATIC_SAVES_MORE
