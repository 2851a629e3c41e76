"""Keys of cached parts: equal by their parts, with a hash that is calculated once."""

from __future__ import annotations

from kashcraft.storefront.views.responses import HashedKey


class Counted:
    """A value that counts how often its hash is asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __hash__(self) -> int:
        self.asked += 1
        return 7


def test_the_hash_is_calculated_once() -> None:
    value = Counted()
    key = HashedKey(("card", value))
    store = {key: "html"}

    assert (store[key], store.get(key), value.asked) == ("html", "html", 1)


def test_keys_with_the_same_parts_are_equal() -> None:
    assert HashedKey(("card", 1)) == HashedKey(("card", 1))
    assert HashedKey(("card", 1)) != HashedKey(("card", 2))
    assert HashedKey(("card", 1)) != ("card", 1)
