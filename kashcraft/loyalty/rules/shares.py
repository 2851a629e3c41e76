"""What a refund means in points."""

from __future__ import annotations


def cumulative_share(points: int, part: int, whole: int) -> int:
    """Return the points that belong to ``part`` of ``whole``, floored; all of them once the whole is reached.

    A whole of nothing belongs to whatever part there is.
    """
    return points if part >= whole else points * max(part, 0) // whole


def refund_share(points: int, whole: int, before: int, after: int) -> int:
    """Return the points of a refund that brings the refunded part of ``whole`` from ``before`` to ``after``.

    The difference of the floored cumulative shares, so that any sequence of refunds that ends on the whole
    ends on exactly all points: 86 over 69.00 in thirds of 23.00 is 28, 29, 29. ValueError when the refunded
    part shrinks or is negative.
    """
    if not 0 <= before <= after:
        raise ValueError("what is refunded never shrinks")
    if whole <= 0:
        return points
    return cumulative_share(points, after, whole) - cumulative_share(points, before, whole)
