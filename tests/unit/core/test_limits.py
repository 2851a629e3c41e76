"""Where each web process counts for itself, all together allow no more than the limit says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage

from kashcraft.core.limits import ShareOfProcess


def allowed(app: Flask, item: RateLimitItem, processes: int) -> int:
    """Return how many of thirty tries one of so many processes allows."""
    with app.app_context(), pytest.MonkeyPatch.context() as patched:
        patched.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], processes=processes))
        strategy = ShareOfProcess(MemoryStorage())
        told = [(strategy.test(item, "a"), strategy.hit(item, "a")) for _ in range(30)]
        assert all(asked == done for asked, done in told)
        assert strategy.get_window_stats(item, "a").remaining == 0
        strategy.clear(item, "a")
        assert strategy.test(item, "a")
    return sum(done for _, done in told)


@pytest.mark.parametrize(("processes", "tries"), [(1, 10), (2, 5), (3, 3), (4, 2), (16, 1)])
def test_a_process_allows_its_share_and_one_at_least(app: Flask, processes: int, tries: int) -> None:
    assert allowed(app, parse("10 per 15 minutes"), processes) == tries
