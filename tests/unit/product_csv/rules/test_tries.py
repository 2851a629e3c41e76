"""When a picture is tried again: after growing pauses, or later where its server asks for it, eight times."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kashcraft.product_csv.rules.tries import pause_after


def test_pauses_grow_to_four_hours_and_end() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, 10)]

    assert pauses == [
        timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=8), timedelta(minutes=32),
        timedelta(hours=2, minutes=8), timedelta(hours=4), timedelta(hours=4), None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        (timedelta(), timedelta(minutes=2)),
        (timedelta(seconds=119), timedelta(minutes=2)),
        (timedelta(minutes=3), timedelta(minutes=3)),
        (timedelta(days=30), timedelta(hours=4)),
    ],
)
def test_a_server_may_ask_for_more_but_not_for_ever(asked: timedelta, pause: timedelta) -> None:
    assert pause_after(2, asked) == pause
