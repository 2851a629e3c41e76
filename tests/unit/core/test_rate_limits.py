"""Limits that processes count separately still hold in total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage, Storage

from kashcraft import config
from kashcraft.app import create_app
from kashcraft.core.rate_limits import ShareOfProcess, give_back, reserve
from kashcraft.extensions import limiter
from tests.support.races import at_once
from tests.support.redis import redis


def allowed(app: Flask, item: RateLimitItem, processes: int) -> int:
    """Return how many of thirty tries one of so many processes allows."""
    with app.app_context(), pytest.MonkeyPatch.context() as patched:
        patched.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], processes=processes))
        strategy = ShareOfProcess(MemoryStorage())
        results = [(strategy.test(item, "a"), strategy.hit(item, "a")) for _ in range(30)]
        assert all(asked == done for asked, done in results)
        assert strategy.get_window_stats(item, "a").remaining == 0
        strategy.clear(item, "a")
        assert strategy.test(item, "a")
    return sum(done for _, done in results)


@pytest.mark.parametrize(("processes", "tries"), [(1, 10), (2, 5), (3, 3), (4, 2), (16, 1)])
def test_a_process_allows_its_share_of_a_limit_and_at_least_one(
    app: Flask, processes: int, tries: int
) -> None:
    assert allowed(app, parse("10 per 15 minutes"), processes) == tries


@pytest.fixture(params=["memory", "redis"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """A storage of each kind, with nothing in it."""
    if request.param == "memory":
        yield MemoryStorage()
        return
    with redis(tmp_path) as url:
        yield RedisStorage(url)


def test_an_undone_count_does_not_count(database: Flask, storage: Storage) -> None:
    strategy, item = ShareOfProcess(storage), parse("3 per 15 minutes")
    strategy.give_back(item, "a")
    for _ in range(10):
        assert strategy.hit(item, "a")
        strategy.give_back(item, "a")
    assert [strategy.hit(item, "a") for _ in range(4)] == [True, True, True, False]
    strategy.give_back(item, "a")
    assert [strategy.hit(item, "a") for _ in range(2)] == [True, False]


def test_of_32_concurrent_requests_ten_are_within_the_limit(database: Flask, storage: Storage) -> None:
    strategy, item = ShareOfProcess(storage), parse("10 per 15 minutes")
    answers = at_once(database, [lambda: strategy.hit(item, "a")] * 32)
    assert Counter(answers) == {True: 10, False: 22}


def test_concurrently_undone_counts_leave_zero(database: Flask, storage: Storage) -> None:
    strategy, item = ShareOfProcess(storage), parse("10 per 15 minutes")

    def right() -> None:
        if strategy.hit(item, "a"):
            strategy.give_back(item, "a")

    at_once(database, [right] * 16)
    assert strategy.get_window_stats(item, "a").remaining == 10


def test_a_failing_storage_does_not_stop_the_response(
    database: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = parse("10 per 15 minutes")
    with redis(tmp_path) as url:
        monkeypatch.setattr(limiter, "_limiter", ShareOfProcess(RedisStorage(url, wrap_exceptions=True)))
        assert reserve(limiter, [(item, ("a",))])
    give_back(limiter, [(item, ("a",))])
    assert not reserve(limiter, [(item, ("a",))])


def test_a_request_beyond_one_limit_counts_in_none(
    database: Flask, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "_limiter", ShareOfProcess(storage))
    wide, narrow = (parse("10 per hour"), ("a",)), (parse("1 per hour"), ("b",))
    assert [reserve(limiter, [wide, narrow]) for _ in range(5)] == [True, False, False, False, False]
    assert limiter.limiter.get_window_stats(wide[0], "a").remaining == 9


def test_limits_can_be_disabled(tmp_path: Path) -> None:
    app = create_app(config.load({}, instance_path=tmp_path, mail_url="memory:", rate_limits=False))

    assert app.test_client().get("/robots.txt", base_url="http://127.0.0.1:8000").status_code == 200
