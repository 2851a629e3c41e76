"""The cache of rendered HTML, bounded by number and size."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from kashcraft.core import caches
from kashcraft.core.fragments import FragmentCache


@pytest.fixture(autouse=True)
def _nothing_declared(database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caches of these tests only."""
    monkeypatch.setattr(caches, "DECLARED", {})


def cache_of(*, most: int = 10, size: int = 1000) -> FragmentCache:
    return FragmentCache("test", most=most, size=size)


def test_a_cached_fragment_is_not_rendered_again() -> None:
    cache, rendered = cache_of(), []

    def render() -> str:
        rendered.append("once")
        return "<p>Bowl &amp; lid</p>"

    assert [cache.get(("card", 1), render) for _ in range(3)] == [Markup("<p>Bowl &amp; lid</p>")] * 3
    assert rendered == ["once"]
    assert isinstance(cache.get(("card", 1), render), Markup)


def test_another_key_is_another_fragment() -> None:
    cache = cache_of()
    cache.get(("card", 1), lambda: "first")

    assert cache.peek(("card", 2)) is None
    assert cache.get(("card", 2), lambda: "second") == "second"
    assert (cache.peek(("card", 1)), len(cache)) == ("first", 2)


def test_the_least_recently_used_fragment_is_removed_first() -> None:
    cache = cache_of(most=2)
    for key in "ab":
        cache.get(key, lambda: "x")
    cache.get("a", lambda: "never")
    cache.get("c", lambda: "x")

    assert [key for key in "abc" if cache.peek(key) is not None] == ["a", "c"]


def test_a_large_fragment_removes_several_others() -> None:
    cache = cache_of(size=10)
    for key in "abc":
        cache.get(key, lambda: "xxx")
    cache.get("d", lambda: "xxxxxxx")

    assert [key for key in "abcd" if cache.peek(key) is not None] == ["c", "d"]


def test_a_replaced_fragment_counts_once() -> None:
    cache = cache_of(size=10)
    cache.put("a", Markup("xxxx"))
    cache.put("b", Markup("xxxx"))
    cache.put("a", Markup("yyyyyy"))

    assert (cache.peek("a"), cache.peek("b"), len(cache)) == ("yyyyyy", "xxxx", 2)


def test_debug_mode_disables_the_cache(database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = cache_of()
    cache.get("frame", lambda: "old")
    monkeypatch.setitem(database.config, "DEBUG", True)

    assert cache.peek("frame") is None
    assert cache.get("frame", lambda: "new") == "new"
