"""Decisions about members that follow from their figures alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

AT_RISK_AFTER = timedelta(days=90)
INACTIVE_AFTER = timedelta(days=180)


class RiskLevel(StrEnum):
    """How long a member has not bought anything."""

    SAFE = "safe"
    AT_RISK = "at_risk"
    INACTIVE = "inactive"


def risk_level(last_purchase: datetime, moment: datetime) -> RiskLevel:
    """Return the risk at ``moment``: from 90 days without a purchase on at risk, from 180 days on inactive.

    For a member who never bought, ``last_purchase`` is when they joined.
    """
    silent = moment - last_purchase
    if silent >= INACTIVE_AFTER:
        return RiskLevel.INACTIVE
    return RiskLevel.AT_RISK if silent >= AT_RISK_AFTER else RiskLevel.SAFE


def projected_date(start: datetime, moment: datetime, reached: int, goal: int) -> datetime | None:
    """Return when ``goal`` is reached if the figure keeps growing as it did from ``start`` to ``moment``.

    Linear: the missing part divided by what was gained per unit of time. A goal that is reached gives
    ``moment``; None means that nothing has been gained yet.
    """
    if reached >= goal:
        return moment
    if reached <= 0:
        return None
    return moment + (moment - start) * (goal - reached) / reached
