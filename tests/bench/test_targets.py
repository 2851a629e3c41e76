"""Targets: what each workload has to reach."""

from __future__ import annotations

import pytest

from bench.__main__ import SECTIONS
from bench.targets import TARGETS, Target, find_target


@pytest.mark.parametrize(("value", "reached"), [(0.0999, False), (0.1, True), (0.3, True)])
def test_ratio_reaches_its_target_from_the_limit_on(value: float, reached: bool) -> None:
    assert Target(least=0.1).is_reached(value) is reached


@pytest.mark.parametrize(("value", "reached"), [(0.1, True), (0.4, True), (0.4001, False)])
def test_seconds_reach_their_target_up_to_the_limit(value: float, reached: bool) -> None:
    assert Target(most=0.4).is_reached(value) is reached


def test_target_is_written_as_a_comparison() -> None:
    assert (Target(least=0.30).text(), Target(most=180.0).text()) == (">= 0.3", "<= 180")


def test_targets_apply_to_postgresql_alone() -> None:
    assert find_target("listing", "postgres") == Target(least=0.30)
    assert find_target("listing", "sqlite") is None
    assert find_target("home", "postgres") is None


def test_every_target_belongs_to_a_workload_that_is_measured() -> None:
    measured = {name for section in SECTIONS.values() for name in section.NAMES}

    assert set(TARGETS) - measured == set()
