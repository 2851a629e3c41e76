"""The discount of a loyalty reward on goods; free shipping is decided in ``delivery``."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.money import round_half_up, split_proportionally
from kashcraft.pricing.rules.input import CartToPrice, LineToPrice, RewardKind, RewardTerms
from kashcraft.pricing.rules.quotation import AppliedReward, Refusal, Rejection


def _refused(terms: RewardTerms, code: Refusal) -> Rejection:
    return Rejection(subject="reward", code=code, reference=terms.reference, label=terms.name)


def _may_be_free(terms: RewardTerms, line: LineToPrice) -> bool:
    return terms.product_id in (line.product_id, line.parent_id) and not (line.is_gift_card or line.excluded)


def _free_item(terms: RewardTerms, lines: Sequence[LineToPrice], left: Sequence[int]) -> list[int] | Refusal:
    """Return the discount of one free unit: the most expensive matching unit, the first among equals."""
    matching = [index for index, line in enumerate(lines) if _may_be_free(terms, line)]
    if not matching:
        return Refusal.ITEM_NOT_IN_CART
    units = {index: round_half_up(left[index], lines[index].quantity) for index in matching}
    best = max(matching, key=lambda index: units[index])
    return [units[best] if index == best else 0 for index in range(len(lines))]


def _discount(terms: RewardTerms, lines: Sequence[LineToPrice], left: Sequence[int]) -> list[int]:
    eligible = [0 if line.excluded else amount for line, amount in zip(lines, left, strict=True)]
    return split_proportionally(min(terms.value, sum(eligible)), eligible)


def apply_reward(
    cart: CartToPrice, left: Sequence[int]
) -> tuple[list[int], AppliedReward | None, Rejection | None]:
    """Return the discount per line, the applied reward, and the reason why it does not apply.

    ``left`` is what each line still costs.
    """
    nothing = [0] * len(left)
    terms = cart.reward
    if terms is None or terms.kind is RewardKind.FREE_SHIPPING:
        return nothing, None, None
    free = terms.kind is RewardKind.FREE_ITEM
    shares = _free_item(terms, cart.lines, left) if free else _discount(terms, cart.lines, left)
    if isinstance(shares, Refusal):
        return nothing, None, _refused(terms, shares)
    if not any(shares):
        return nothing, None, _refused(terms, Refusal.NO_ELIGIBLE_ITEMS)
    return shares, AppliedReward(reference=terms.reference, name=terms.name, discount=sum(shares)), None
