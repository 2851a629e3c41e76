"""The clock, which can be frozen."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from kashcraft.core import clock


def test_time_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_a_frozen_clock_shows_the_same_time_until_it_is_advanced() -> None:
    start = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    with clock.frozen(start) as stopped:
        assert clock.now() == start
        stopped.advance(minutes=30)
        assert clock.now() == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    assert clock.now() > start + timedelta(days=1)


def test_frozen_clocks_nest() -> None:
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)):
        with clock.frozen(datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=1)))):
            assert clock.now() == datetime(2024, 12, 31, 23, 0, tzinfo=UTC)
        assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_time_without_zone_cannot_be_frozen() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
