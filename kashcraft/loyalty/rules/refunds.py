"""What a refund means for the points that a purchase earned."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.core.money import Money
from kashcraft.pricing.rules import points_earned


@dataclass(frozen=True, slots=True)
class Earned:
    """What a purchase earned: points, by a multiplier in basis points, for goods in a currency."""

    points: int
    multiplier_bp: int
    currency: str


def points_remaining(earned: Earned, net: int, refunded: int) -> int:
    """Return the points that a purchase of ``net`` minor units keeps once so much of it is refunded.

    What the goods that are kept earn by themselves, and never more than the purchase earned.
    """
    if refunded <= 0:
        return earned.points
    return min(earned.points, points_earned(Money(net - refunded, earned.currency), earned.multiplier_bp))


def points_to_reverse(earned: Earned, net: int, before: int, after: int) -> int:
    """Return the points that a refund takes back which brings the refunded part of ``net`` to ``after``.

    86 points for 69.00 at x1.25, of which 25.88 go back, are 33: the kept 43.12 earn 53. Any sequence of
    refunds that ends on the whole takes exactly all points. ValueError when the refunded part shrinks or is
    negative.
    """
    if not 0 <= before <= after:
        raise ValueError("what is refunded never shrinks")
    return points_remaining(earned, net, before) - points_remaining(earned, net, after)
