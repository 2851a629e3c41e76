"""Spending points on goods, and the points earned by a purchase."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.money import Money, hundredth, split_proportionally
from kashcraft.pricing.rules.input import WHOLE_BP, PointsTerms
from kashcraft.pricing.rules.quotation import AppliedPoints, Refusal, Rejection


def spend_per_point(currency: str) -> int:
    """Return the minor units of net goods that earn one point at a multiplier of 1.

    This is one main unit (one dollar, one dinar), or 100 units of a currency without hundredths (100 yen). A
    point is worth a hundredth of that by default, so every currency returns 1 %. Raises ValueError for an
    unknown currency.
    """
    return 100 * hundredth(currency)


def points_earned(net_merchandise: Money, multiplier_bp: int) -> int:
    """Return the points for a purchase, rounded down: net goods by ``spend_per_point`` times the multiplier.

    ``multiplier_bp`` is basis points. 69.00 dollars at 1.25 (12,500 basis points) earn 86 points, 5,940 yen
    at 1 earn 59.
    """
    per_point = WHOLE_BP * spend_per_point(net_merchandise.currency)
    return max(0, net_merchandise.minor) * multiplier_bp // per_point


def _refused(code: Refusal, points: int) -> Rejection:
    return Rejection(subject="points", code=code, points=points)


def apply_points(
    terms: PointsTerms | None, left: Sequence[int]
) -> tuple[list[int], AppliedPoints | None, Rejection | None]:
    """Return the discount per line, the applied points, and the reason for a rejection.

    ``left`` is what each line still costs, 0 for gift cards. The applied points never exceed the balance or
    the cost of the goods, and are never below the minimum. A rejection is also returned where fewer points
    are applied than requested.
    """
    nothing = [0] * len(left)
    if terms is None or terms.points == 0:
        return nothing, None, None
    if terms.points < terms.minimum:
        return nothing, None, _refused(Refusal.BELOW_POINTS_MINIMUM, terms.minimum)
    shortage = None
    if terms.points > terms.balance:
        shortage = _refused(Refusal.NOT_ENOUGH_POINTS, max(0, terms.balance))
        if terms.balance < max(1, terms.minimum):
            return nothing, None, shortage
    usable = min(terms.points, terms.balance, sum(left) // terms.worth)
    if usable == 0 or usable < terms.minimum:
        return nothing, None, _refused(Refusal.TOO_LITTLE_LEFT, terms.minimum)
    discount = usable * terms.worth
    return split_proportionally(discount, left), AppliedPoints(points=usable, discount=discount), shortage
