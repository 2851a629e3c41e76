"""Caches of the process, and the memo of a request."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask

from kashcraft import config, create_app
from kashcraft.core import caches
from kashcraft.core.caches import Cache
from kashcraft.core.clock import FrozenClock


@pytest.fixture(autouse=True)
def _nothing_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Caches of these tests only."""
    monkeypatch.setattr(caches, "DECLARED", {})


@pytest.fixture
def other(tmp_path: Path) -> Flask:
    """A second shop in the same process."""
    return create_app(config.load({}, instance_path=tmp_path, mail_url="memory:", shop_name="Other"))


def test_app_values_belong_to_their_application(database: Flask, other: Flask) -> None:
    caches.app_values("test")["key"] = "ours"
    with other.app_context():
        assert caches.app_values("test") == {}
    with database.app_context():
        assert caches.app_values("test") == {"key": "ours"}
    del database.extensions["caches"]["test"]


def test_a_cache_keeps_recently_used_values(database: Flask) -> None:
    cache: Cache[str, int] = Cache("few", most=2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1

    cache.put("c", 3)

    assert (cache.get("a"), cache.get("b"), cache.get("c"), len(cache)) == (1, None, 3, 2)
    assert cache.get_many(["a", "b", "c"]) == [1, None, 3]
    cache.put_many([("d", 4), ("e", 5)])
    assert cache.get_many(["a", "c", "d", "e"]) == [None, None, 4, 5]
    cache.clear()
    assert len(cache) == 0


def test_a_value_is_computed_once_and_none_is_a_value(database: Flask) -> None:
    cache: Cache[str, None] = Cache("nothing", most=2)
    made: list[str] = []
    for _ in range(2):
        assert cache.get_or_compute("a", lambda: made.append("a")) is None
    assert made == ["a"]


def test_a_share_of_the_memory_is_bounded_in_bytes(database: Flask) -> None:
    cache: Cache[str, bytes] = Cache("texts", share=1 / 4)
    mib = 1024 * 1024
    cache.put("a", b"x" * 1000)
    # 33 bytes of the object, 2048 of its key and entry.
    assert cache.used() == 3081

    for key in "bcd":
        cache.put(key, b"x" * (mib // 3))
    assert (len(cache), cache.get("a"), cache.get("b")) == (2, None, None)
    assert cache.used() == 2 * (mib // 3 + 2081)

    cache.put("c", b"x" * mib)
    assert (len(cache), cache.get("c"), cache.used()) == (1, None, mib // 3 + 2081)


def test_shares_of_the_memory_are_at_most_the_whole() -> None:
    Cache("most of it", share=3 / 4)
    Cache("the rest", share=1 / 4)
    with pytest.raises(ValueError, match="the cache 'more' exceeds the memory for rendered HTML"):
        Cache("more", share=1 / 8)


def test_a_value_expires(database: Flask, frozen: FrozenClock) -> None:
    cache: Cache[str, int] = Cache("brief", most=2, seconds=60)
    cache.put("a", 1)
    frozen.advance(seconds=59)
    assert cache.get("a") == 1
    frozen.advance(seconds=1)
    assert cache.get("a") is None


def test_two_threads_get_the_value_that_is_computed_first(database: Flask) -> None:
    cache: Cache[str, int] = Cache("shared", most=2)
    begun, may_end = threading.Event(), threading.Event()
    seen: list[int] = []

    def slow() -> int:
        begun.set()
        may_end.wait(10)
        return 1

    def late() -> None:
        with database.app_context():
            seen.append(cache.get_or_compute("a", slow))

    thread = threading.Thread(target=late)
    thread.start()
    begun.wait(10)
    assert cache.get_or_compute("a", lambda: 2) == 2
    may_end.set()
    thread.join(10)
    assert (seen, cache.get("a")) == ([2], 2)


def test_applications_share_no_values(database: Flask, other: Flask) -> None:
    cache: Cache[str, int] = Cache("own", most=2)
    cache.put("a", 1)
    with other.app_context():
        assert cache.get("a") is None
    assert cache.get("a") == 1


def test_names_of_caches_are_unique() -> None:
    Cache("one", most=1)
    with pytest.raises(ValueError, match="two caches called 'one'"):
        Cache("one", most=1)


def test_the_memo_ends_with_the_request(database: Flask) -> None:
    caches.request_memo()["key"] = "outside"
    assert caches.request_memo() == {}
    with database.test_request_context():
        database.preprocess_request()
        caches.request_memo()["key"] = "inside"
        assert caches.request_memo() == {"key": "inside"}
    assert caches.request_memo() == {}
