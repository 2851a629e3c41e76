"""Decisions about members."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kashcraft.loyalty.rules import RiskLevel, projected_date, risk_level

JOINED = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 4, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (0, RiskLevel.SAFE),
        (89, RiskLevel.SAFE),
        (90, RiskLevel.AT_RISK),
        (179, RiskLevel.AT_RISK),
        (180, RiskLevel.INACTIVE),
    ],
)
def test_risk_grows_after_90_and_180_days_without_a_purchase(days: int, level: RiskLevel) -> None:
    assert risk_level(NOW - timedelta(days=days), NOW) is level


@pytest.mark.parametrize(
    ("reached", "goal", "expected"),
    [
        (250, 500, datetime(2026, 7, 20, tzinfo=UTC)),
        (400, 500, datetime(2026, 5, 6, tzinfo=UTC)),
        (500, 500, NOW),
        (0, 0, NOW),
        (0, 500, None),
        (-10, 500, None),
    ],
)
def test_a_goal_is_projected_at_the_pace_so_far(reached: int, goal: int, expected: datetime | None) -> None:
    assert projected_date(JOINED, NOW, reached, goal) == expected
