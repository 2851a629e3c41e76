"""Points: spending them on goods, and earning them by a purchase."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.money import Money, hundredth, split_proportionally
from kashcraft.pricing.rules.input import WHOLE_BP, PointsTerms
from kashcraft.pricing.rules.quotation import AppliedPoints, Refusal, Rejection


def spend_per_point(currency: str) -> int:
    """Minor units of net goods that earn one point at x1: the main unit, or 100 where it has no hundredth.

    One dollar, one dinar, 100 yen; a point is worth a hundredth of that by default, so that every currency
    gives 1 %. ValueError for an unknown currency.
    """
    return 100 * hundredth(currency)


def points_earned(net_merchandise: Money, multiplier_bp: int) -> int:
    """Points for a purchase: the discounted net goods by ``spend_per_point``, times the multiplier, floored.

    69.00 dollars at x1.25 (12,500 basis points) earn 86, 5,940 yen at x1 earn 59.
    """
    per_point = WHOLE_BP * spend_per_point(net_merchandise.currency)
    return max(0, net_merchandise.minor) * multiplier_bp // per_point


def _refused(code: Refusal, points: int) -> Rejection:
    return Rejection(subject="points", code=code, points=points)


def spend_points(
    terms: PointsTerms | None, left: Sequence[int]
) -> tuple[list[int], AppliedPoints | None, Rejection | None]:
    """Shares per line, what is spent, or why nothing is.

    ``left`` is what each line still costs, 0 for gift cards. No more points are taken than there are and than
    the goods still cost, and never less than the minimum; where there are fewer, that is told as well.
    """
    nothing = [0] * len(left)
    if terms is None or terms.points == 0:
        return nothing, None, None
    if terms.points < terms.minimum:
        return nothing, None, _refused(Refusal.BELOW_POINTS_MINIMUM, terms.minimum)
    short = None
    if terms.points > terms.balance:
        short = _refused(Refusal.NOT_ENOUGH_POINTS, max(0, terms.balance))
        if terms.balance < max(1, terms.minimum):
            return nothing, None, short
    usable = min(terms.points, terms.balance, sum(left) // terms.worth)
    if usable == 0 or usable < terms.minimum:
        return nothing, None, _refused(Refusal.TOO_LITTLE_LEFT, terms.minimum)
    discount = usable * terms.worth
    return split_proportionally(discount, left), AppliedPoints(points=usable, discount=discount), short
