"""The effect of a refund on the points that a purchase earned."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.core.money import Money
from kashcraft.pricing.rules import points_earned


@dataclass(frozen=True, slots=True)
class Earned:
    """What a purchase earned: points, with a multiplier in basis points, and the currency of the goods."""

    points: int
    multiplier_bp: int
    currency: str


def points_remaining(earned: Earned, net: int, refunded: int) -> int:
    """Return the points that a purchase of ``net`` minor units keeps after ``refunded`` minor units are
    refunded.

    These are the points that the remaining goods earn alone, but never more than the purchase earned.
    """
    if refunded <= 0:
        return earned.points
    return min(earned.points, points_earned(Money(net - refunded, earned.currency), earned.multiplier_bp))


def points_to_reverse(earned: Earned, net: int, before: int, after: int) -> int:
    """Return the points to reverse when the refunded part of ``net`` rises from ``before`` to ``after``.

    Example: 69.00 earned 86 points at x1.25. A refund of 25.88 leaves 43.12, which earn 53, so 33 are
    reversed. Refunds that add up to the whole amount reverse all points. Raises ValueError if the refunded
    part is negative or shrinks.
    """
    if not 0 <= before <= after:
        raise ValueError("the refunded part never shrinks")
    return points_remaining(earned, net, before) - points_remaining(earned, net, after)
