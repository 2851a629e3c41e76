"""The caches of rendered HTML, which share one amount of memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from markupsafe import Markup

from kashcraft.core import fragments
from kashcraft.core.fragments import LEAST_PACKED, PACKED_PAGES, PAGES, PARAMETER_PAGES

MIB = 1024 * 1024
CACHES = (PAGES, PACKED_PAGES, PARAMETER_PAGES)
LARGE = "<p>₹ 1,250</p>" * LEAST_PACKED


@pytest.fixture(autouse=True)
def request_(database: Flask) -> Iterator[None]:
    """A request without parameters, and empty caches."""
    with database.test_request_context("/products"):
        for cache in CACHES:
            cache.clear()
        yield
        for cache in CACHES:
            cache.clear()


def sizes() -> list[int]:
    return [len(cache) for cache in CACHES]


def never() -> str:
    raise AssertionError("rendered again")


def test_a_cached_fragment_is_not_rendered_again() -> None:
    assert fragments.get(("card", 1), lambda: "<p>₹ &amp; lid</p>") == "<p>₹ &amp; lid</p>".encode()
    assert fragments.get(("card", 1), never) == "<p>₹ &amp; lid</p>".encode()

    part = fragments.get_markup(("card", 1), never)
    assert (part, type(part)) == (Markup("<p>₹ &amp; lid</p>"), Markup)


def test_another_key_is_another_fragment() -> None:
    fragments.put(("card", 1), b"first")

    assert fragments.peek(("card", 2)) is None
    assert fragments.get(("card", 2), lambda: "second") == b"second"
    assert fragments.peek(("card", 1)) == b"first"


def test_small_fragments_are_not_compressed() -> None:
    fragments.put("small", b"x" * (LEAST_PACKED - 1))
    assert sizes() == [1, 0, 0]

    fragments.put("large", b"x" * LEAST_PACKED)
    assert sizes() == [2, 1, 0]


def test_a_large_fragment_stays_compressed_when_it_is_removed_from_the_others() -> None:
    fragments.put("page", LARGE.encode())
    PAGES.clear()

    assert fragments.get("page", never) == LARGE.encode()
    assert sizes() == [1, 1, 0]


def test_addresses_with_parameters_evict_no_other_page(database: Flask) -> None:
    fragments.put("page", LARGE.encode())
    fragments.put("card", b"card")
    with database.test_request_context("/products?price_from=1"):
        for number in range(5000):
            fragments.put(("asked", number), b"x")
        fragments.put("asked page", LARGE.encode())

        assert fragments.get("asked page", never) == LARGE.encode()
        assert fragments.get("page", never) == LARGE.encode()
        assert fragments.get("card", never) == b"card"

    assert sizes()[:2] == [2, 1]
    assert fragments.peek("asked page") is None


def test_all_fragments_together_take_the_memory_of_the_setting_at_most() -> None:
    for number in range(800):
        fragments.put(number, bytes([number % 256]) + LARGE.encode())

    used = [cache.used() for cache in CACHES]
    assert 1.4 * MIB < used[0] <= 1.5 * MIB
    assert used[1:] == [PACKED_PAGES.used(), 0]
    assert sum(used) <= 4 * MIB
    assert [cache.share for cache in CACHES] == [0.375, 0.375, 0.25]


def test_debug_mode_disables_the_cache(database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    fragments.put("frame", b"old")
    monkeypatch.setitem(database.config, "DEBUG", True)

    assert fragments.peek("frame") is None
    assert fragments.get("frame", lambda: "new") == b"new"
    monkeypatch.setitem(database.config, "DEBUG", False)
    assert fragments.peek("frame") == b"old"
